# What including tickerhub/tickerhub.h costs its users. The time is told; what
# can fail the test is the number of lines after preprocessing, which does not
# depend on the machine.
set(source "${OUT_DIR}/umbrella_header.cc")
file(WRITE "${source}" "#include <tickerhub/tickerhub.h>\n")
set(compile "${CXX}" -std=c++17 -O2 "-I${INCLUDE_DIR}")

execute_process(COMMAND ${compile} -E -P "${source}" -o "${source}.i"
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND grep -c "" "${source}.i" OUTPUT_VARIABLE count
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

string(TIMESTAMP start "%s%f" UTC)
execute_process(COMMAND ${compile} -c "${source}" -o "${source}.o"
  COMMAND_ERROR_IS_FATAL ANY)
string(TIMESTAMP end "%s%f" UTC)
math(EXPR milliseconds "(${end} - ${start}) / 1000")

message(STATUS "tickerhub/tickerhub.h: ${count} lines after preprocessing, compiled in ${milliseconds} ms")
if(count GREATER 80000)
  message(FATAL_ERROR "more than 80,000 lines")
endif()
