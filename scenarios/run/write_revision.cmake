# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a header with the git revision of SOURCE, and only if it changed. A tree without
# git (a release archive) has the empty revision.
cmake_minimum_required(VERSION 3.22)
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty=+ --abbrev=12 --exclude=*
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(revision "")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define GFSIM_REVISION \"@revision@\"\n" @ONLY)
