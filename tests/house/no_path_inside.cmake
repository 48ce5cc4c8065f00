# SPDX-License-Identifier: Apache-2.0
# Fails if PROGRAM contains PATH: then it would tell where it was built, and differ from place to
# place.
cmake_minimum_required(VERSION 3.22)
string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" pattern "${PATH}/")
file(STRINGS ${PROGRAM} found REGEX "${pattern}" LIMIT_COUNT 5)
if(found)
  message(FATAL_ERROR "${PROGRAM} contains ${PATH}: ${found}")
endif()
