# The README's first C++ block is examples/quickstart/main.cc, letter by letter,
# and not longer than a reader's patience.
file(READ "${ROOT}/README.md" readme)
file(READ "${ROOT}/examples/quickstart/main.cc" program)

set(fence "```cpp\n")
string(FIND "${readme}" "${fence}" start)
if(start EQUAL -1)
  message(FATAL_ERROR "README.md has no C++ block")
endif()
string(LENGTH "${fence}" length)
math(EXPR start "${start} + ${length}")
string(SUBSTRING "${readme}" ${start} -1 rest)
string(FIND "${rest}" "```" end)
string(SUBSTRING "${rest}" 0 ${end} shown)

if(NOT shown STREQUAL program)
  message(FATAL_ERROR "README.md shows another program than examples/quickstart/main.cc:\n${shown}")
endif()
string(REGEX MATCHALL "\n" lines "${shown}")
list(LENGTH lines count)
if(count GREATER 25)
  message(FATAL_ERROR "the quickstart has ${count} lines, more than 25")
endif()
