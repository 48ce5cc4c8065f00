# SPDX-License-Identifier: Apache-2.0
# The second net of determinism: what the compiled rooms ask of the system, whatever the sources
# call it. Reads OBJECTS, a file with the name of an object file in each line, through NM.
#
# sim/asio_impl.cpp is left out: Asio's own code has timers and threads, which nothing of ours starts.
cmake_minimum_required(VERSION 3.22)

set(banned
  "a clock of the machine" "std::chrono::_V2::[a-z_]*clock::now"
  "a clock of the machine" "(time|gettimeofday|clock|clock_gettime|times|ftime|timespec_get)"
  "the calendar" "(localtime|localtime_r|gmtime|gmtime_r|mktime|strftime)"
  "chance without a seed" "(rand|srand|rand_r|random|srandom|[deln]rand48|getrandom|getentropy)"
  "chance without a seed" "std::random_device::.*"
  "the environment" "(getenv|secure_getenv)"
  "waiting in real time" "(sleep|usleep|nanosleep|clock_nanosleep)"
  "a thread" "(pthread_create|std::thread::_M_start_thread.*)"
  "the order of a hash table" "(std::_Hash_bytes.*|std::__detail::_Prime_rehash_policy.*)"
  "libm, which differs between machines" "(pow|exp|exp2|log|log2|log10|log1p|expm1|sin|cos|tan)f?")

file(STRINGS ${OBJECTS} objects)
set(findings "")
set(count 0)
foreach(object IN LISTS objects)
  if(object MATCHES "asio_impl")
    continue()
  endif()
  math(EXPR count "${count} + 1")
  execute_process(COMMAND ${NM} -uC ${object} OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${NM} cannot read ${object}")
  endif()
  set(rest ${banned})
  while(rest)
    list(POP_FRONT rest what pattern)
    # A line is "                 U name(arguments)", the name perhaps with "@GLIBC_2.2.5".
    string(REGEX MATCHALL "\n? +U (${pattern})(\\([^\n]*|@[^\n]*)?\n" found "${symbols}")
    foreach(line IN LISTS found)
      string(REGEX REPLACE "\n? +U ([^\n]*)\n" "\\1" name "${line}")
      string(APPEND findings "  ${object}: ${name} (${what})\n")
    endforeach()
  endwhile()
endforeach()

if(findings)
  message(FATAL_ERROR "what a simulation must not call:\n${findings}")
endif()
if(count EQUAL 0)
  message(FATAL_ERROR "no object file was read")
endif()
message("${count} object files, nothing banned")
