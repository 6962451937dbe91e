#ifndef TICKERHUB_TESTS_CORE_LOG_LOG_STEPS_H_
#define TICKERHUB_TESTS_CORE_LOG_LOG_STEPS_H_

// The steps of tests with a log, by the names that tests call them by.

#include "testing/log_steps.h"

namespace tickerhub {

using testing::AckOf;
using testing::After;
using testing::Append;
using testing::At;
using testing::Find;
using testing::IdsOf;
using testing::Keyed;
using testing::MembersOf;
using testing::Read;
using testing::Release;
using testing::To;
using testing::ToAll;
using testing::ToGroup;
using testing::UnreadOf;

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_LOG_LOG_STEPS_H_
