# Looks for what the tests, the benchmarks and the programs need. A part that is
# left out is off from here on: the variable hides the option of the same name.

set(_no_server "the server is needed for that, but TICKERHUB_WITH_WEBSOCKETPP is OFF")
if(TICKERHUB_WITH_PAGES AND NOT TICKERHUB_WITH_WEBSOCKETPP)
  tickerhub_leave_out(TICKERHUB_WITH_PAGES "the pages" "${_no_server}")
  set(TICKERHUB_WITH_PAGES OFF)
elseif(TICKERHUB_WITH_PAGES)
  find_path(kainjow_mustache_INCLUDE_DIR kainjow/mustache.hpp)
  tickerhub_find_needs(TICKERHUB_WITH_PAGES TICKERHUB_WITH_PAGES "the pages"
    "mustache|${kainjow_mustache_INCLUDE_DIR}|libkainjow-mustache-dev")
endif()

if(TICKERHUB_WITH_PROMETHEUS AND NOT TICKERHUB_WITH_WEBSOCKETPP)
  tickerhub_leave_out(TICKERHUB_WITH_PROMETHEUS "the metrics" "${_no_server}")
  set(TICKERHUB_WITH_PROMETHEUS OFF)
elseif(TICKERHUB_WITH_PROMETHEUS)
  find_package(prometheus-cpp CONFIG QUIET)
  tickerhub_find_needs(TICKERHUB_WITH_PROMETHEUS TICKERHUB_WITH_PROMETHEUS "the metrics"
    "prometheus-cpp|${prometheus-cpp_FOUND}|prometheus-cpp-dev")
endif()

if(TICKERHUB_WITH_JWT)
  find_package(OpenSSL 3.0 QUIET COMPONENTS Crypto)
  tickerhub_find_needs(TICKERHUB_WITH_JWT TICKERHUB_WITH_JWT "the check of tokens"
    "OpenSSL 3|${OPENSSL_FOUND}|libssl-dev")
endif()

if(TICKERHUB_WITH_SQLITE)
  find_package(SQLite3 3.37 QUIET)
  find_package(Threads QUIET)
  tickerhub_find_needs(TICKERHUB_WITH_SQLITE TICKERHUB_WITH_SQLITE
    "the notification log in a file"
    "SQLite 3.37|${SQLite3_FOUND}|libsqlite3-dev")
endif()

if(TICKERHUB_WITH_TLS AND NOT TICKERHUB_WITH_WEBSOCKETPP)
  tickerhub_leave_out(TICKERHUB_WITH_TLS "https:// and wss://" "${_no_server}")
  set(TICKERHUB_WITH_TLS OFF)
elseif(TICKERHUB_WITH_TLS)
  find_package(OpenSSL 3.0 QUIET)
  tickerhub_find_needs(TICKERHUB_WITH_TLS TICKERHUB_WITH_TLS "https:// and wss://"
    "OpenSSL 3.0|${OPENSSL_FOUND}|libssl-dev")
endif()

if(TICKERHUB_BUILD_EXAMPLES AND NOT TICKERHUB_WITH_WEBSOCKETPP)
  tickerhub_leave_out(TICKERHUB_BUILD_EXAMPLES "the examples" "${_no_server}")
  set(TICKERHUB_BUILD_EXAMPLES OFF)
elseif(TICKERHUB_BUILD_EXAMPLES AND NOT TICKERHUB_WITH_PAGES)
  tickerhub_leave_out(TICKERHUB_BUILD_EXAMPLES "the examples" "they need the pages")
  set(TICKERHUB_BUILD_EXAMPLES OFF)
endif()

# The two servers; the other examples need nothing but the library.
set(TICKERHUB_BUILD_SERVERS ${TICKERHUB_BUILD_EXAMPLES})
if(TICKERHUB_BUILD_SERVERS)
  find_package(CLI11 QUIET)
  find_package(spdlog QUIET)
  tickerhub_find_needs(TICKERHUB_BUILD_SERVERS TICKERHUB_BUILD_EXAMPLES
    "tickerhub-stock-tracker and tickerhub-notifier"
    "CLI11|${CLI11_FOUND}|libcli11-dev"
    "spdlog|${spdlog_FOUND}|libspdlog-dev"
    "the component jwt|${TICKERHUB_WITH_JWT}|libssl-dev")
endif()

# The program for scripts shares their command line.
set(TICKERHUB_BUILD_NOTIFY ${TICKERHUB_BUILD_SERVERS})
if(TICKERHUB_BUILD_NOTIFY)
  find_package(CURL QUIET)
  tickerhub_find_needs(TICKERHUB_BUILD_NOTIFY TICKERHUB_BUILD_EXAMPLES "tickerhub-notify"
    "libcurl|${CURL_FOUND}|libcurl4-openssl-dev")
endif()

# Both use private parts of the library.
if(BUILD_SHARED_LIBS)
  set(_hidden "they use private parts, which a shared library hides; build them with BUILD_SHARED_LIBS=OFF")
  foreach(_part TESTS BENCHMARKS)
    if(TICKERHUB_BUILD_${_part})
      string(TOLOWER "the ${_part}" _what)
      tickerhub_leave_out(TICKERHUB_BUILD_${_part} "${_what}" "${_hidden}")
      set(TICKERHUB_BUILD_${_part} OFF)
    endif()
  endforeach()
endif()

if(TICKERHUB_BUILD_TESTS)
  find_package(GTest QUIET)
  set(_gmock ${GTest_FOUND})
  if(NOT TARGET GTest::gmock)
    set(_gmock FALSE)
  endif()
  find_path(TICKERHUB_BEAST_INCLUDE_DIR boost/beast/websocket.hpp)
  tickerhub_find_needs(TICKERHUB_BUILD_TESTS TICKERHUB_BUILD_TESTS "the tests"
    "GoogleTest|${GTest_FOUND}|libgtest-dev"
    "GoogleMock|${_gmock}|libgmock-dev"
    "Boost.Beast|${TICKERHUB_BEAST_INCLUDE_DIR}|libboost-dev")
endif()
if(TICKERHUB_BUILD_TESTS AND NOT TICKERHUB_BUILD_SERVERS)
  message(STATUS "tickerhub: the tests of the programs and of the protocol are left out: "
    "they need the two servers")
endif()
if(TICKERHUB_BUILD_TESTS)
  find_program(TICKERHUB_NODE NAMES node nodejs)
  tickerhub_find_needs(_node TICKERHUB_BUILD_TESTS
    "the tests of the programs and of the pages"
    "Node.js|${TICKERHUB_NODE}|nodejs npm")
  find_program(TICKERHUB_NGINX nginx)
  find_program(TICKERHUB_HAPROXY haproxy)
  tickerhub_find_needs(TICKERHUB_PROXIES TICKERHUB_BUILD_TESTS
    "the tests of the settings for proxies"
    "nginx|${TICKERHUB_NGINX}|nginx-light"
    "HAProxy|${TICKERHUB_HAPROXY}|haproxy")
  find_program(TICKERHUB_SYSTEMD_ANALYZE systemd-analyze)
  if(NOT TICKERHUB_SYSTEMD_ANALYZE)
    set(TICKERHUB_SYSTEMD_ANALYZE "")  # no test then; every systemd has it
  endif()
  find_program(TICKERHUB_PROMTOOL promtool)
  tickerhub_find_needs(_promtool TICKERHUB_BUILD_TESTS
    "the checks of metrics and alert rules by promtool"
    "promtool|${TICKERHUB_PROMTOOL}|prometheus")
  find_package(Python3 COMPONENTS Interpreter QUIET)
  tickerhub_find_needs(_python TICKERHUB_BUILD_TESTS
    "the checks of documents and of their examples"
    "Python|${Python3_FOUND}|python3")
endif()

if(TICKERHUB_BUILD_BENCHMARKS)
  find_package(benchmark QUIET)
  find_package(CLI11 QUIET)
  tickerhub_find_needs(TICKERHUB_BUILD_BENCHMARKS TICKERHUB_BUILD_BENCHMARKS "the benchmarks"
    "Google Benchmark|${benchmark_FOUND}|libbenchmark-dev"
    "CLI11|${CLI11_FOUND}|libcli11-dev")
endif()
if(TICKERHUB_BUILD_BENCHMARKS AND TICKERHUB_BUILD_TESTS)
  find_program(VALGRIND valgrind)
  find_path(CALLGRIND_INCLUDE_DIR valgrind/callgrind.h)
  tickerhub_find_needs(_valgrind TICKERHUB_BUILD_BENCHMARKS
    "the gate on the instructions of a delivery"
    "Valgrind|${CALLGRIND_INCLUDE_DIR}|valgrind")
endif()
