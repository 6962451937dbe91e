# On a machine that has what the library needs and nothing more, `cmake -S . -B
# build` without options works, and says what to install for the rest. Who asks
# for the rest gets an error that says the same. That it can be built then, the
# test of add_subdirectory shows.
set(machine "-DCMAKE_CXX_COMPILER=${CXX}"
  -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON -DCMAKE_DISABLE_FIND_PACKAGE_benchmark=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON -DCMAKE_DISABLE_FIND_PACKAGE_spdlog=ON)
set(configure "${CMAKE_COMMAND}" -S "${SOURCE_DIR}" -B "${BUILD_DIR}" -G "${GENERATOR}"
  ${machine})

function(expect output sentence)
  # CMake wraps its errors.
  string(REGEX REPLACE "[ \n]+" " " text "${output}")
  string(FIND "${text}" "${sentence}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "\"${sentence}\" is not in:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${BUILD_DIR}/CMakeCache.txt")
execute_process(COMMAND ${configure} OUTPUT_VARIABLE output ERROR_VARIABLE errors
  RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT errors STREQUAL "")
  message(FATAL_ERROR "cmake without options: status ${status}\n${output}\n${errors}")
endif()
expect("${output}" "tickerhub: the tests are left out: GoogleTest and GoogleMock were not found; install libgtest-dev libgmock-dev, or call cmake/install-dependencies tests")
expect("${output}" "tickerhub: the benchmarks are left out: Google Benchmark and CLI11 were not found; install libbenchmark-dev libcli11-dev, or call cmake/install-dependencies tests")
expect("${output}" "tickerhub: tickerhub-stock-tracker and tickerhub-notifier are left out: CLI11 and spdlog were not found; install libcli11-dev libspdlog-dev, or call cmake/install-dependencies")

# The pages are a part of the library that may be left out.
set(without_mustache -Dkainjow_mustache_INCLUDE_DIR=OFF)
execute_process(COMMAND ${configure} -B "${BUILD_DIR}-without-mustache" ${without_mustache}
  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
expect("${output}" "tickerhub: the pages are left out: mustache was not found; install libkainjow-mustache-dev, or call cmake/install-dependencies")
expect("${output}" "tickerhub: the examples are left out: they need the pages")

foreach(option BUILD_TESTS BUILD_EXAMPLES BUILD_BENCHMARKS WITH_PAGES)
  execute_process(COMMAND ${configure} -B "${BUILD_DIR}-${option}" ${without_mustache}
      -DTICKERHUB_WITH_PAGES=AUTO -DTICKERHUB_${option}=ON
    OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE status)
  if(status EQUAL 0)
    message(FATAL_ERROR "TICKERHUB_${option}=ON was no error:\n${output}")
  endif()
  expect("${errors}" "cannot be built: ")
endforeach()
