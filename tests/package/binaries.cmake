# The installed programs start without the source or build tree beside them, and
# from wherever the prefix is moved to.
set(moved "${PREFIX}_moved")
file(REMOVE_RECURSE "${moved}")
file(COPY "${PREFIX}/" DESTINATION "${moved}")
set(programs tickerhub-stock-tracker tickerhub-notifier)
if(EXISTS "${moved}/${BIN_DIR}/tickerhub-notify")  # needs libcurl
  list(APPEND programs tickerhub-notify)
endif()
foreach(program IN LISTS programs)
  execute_process(COMMAND "${moved}/${BIN_DIR}/${program}" --version
    OUTPUT_VARIABLE output RESULT_VARIABLE status)
  if(NOT status EQUAL 0 OR NOT output MATCHES "${VERSION}")
    message(FATAL_ERROR "${program} --version: status ${status}, output '${output}'")
  endif()
  execute_process(COMMAND ldd "${moved}/${BIN_DIR}/${program}"
    OUTPUT_VARIABLE libraries COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "libtickerhub_[^\n]*" ours "${libraries}")
  foreach(library IN LISTS ours)
    string(FIND "${library}" "${moved}/" place)
    if(place EQUAL -1)
      message(FATAL_ERROR "${program} finds a library elsewhere: ${library}")
    endif()
  endforeach()
endforeach()
