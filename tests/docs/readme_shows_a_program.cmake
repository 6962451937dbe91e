# README.md has a C++ block that is PROGRAM, letter by letter, and not longer than
# a reader's patience: MOST_LINES.
file(READ "${ROOT}/README.md" readme)
file(READ "${ROOT}/${PROGRAM}" program)

string(FIND "${readme}" "```cpp\n${program}```" start)
if(start EQUAL -1)
  message(FATAL_ERROR "README.md does not show ${PROGRAM}:\n${program}")
endif()
string(REGEX MATCHALL "\n" lines "${program}")
list(LENGTH lines count)
if(count GREATER MOST_LINES)
  message(FATAL_ERROR "${PROGRAM} has ${count} lines, more than ${MOST_LINES}")
endif()
