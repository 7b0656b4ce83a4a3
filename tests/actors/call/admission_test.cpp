#include "actors/call/admission.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(admission, of_a_call_is_by_the_engine_then_its_tenant_then_its_assistant) {
  struct {
    unsigned assistant_max, tenant_max;
    calls_now live;
    const char* why;
  } const cases[] = {
      {0, 0, {9, 9, 9}, ""},
      {0, 0, {10, 0, 0}, "full"},
      {1, 1, {10, 1, 1}, "full"},
      {3, 0, {5, 2, 2}, ""},
      {3, 0, {5, 3, 3}, "assistant_full"},
      {3, 0, {5, 4, 4}, "assistant_full"}, // lowered while they talked
      {0, 3, {5, 0, 2}, ""},
      {0, 3, {5, 0, 3}, "tenant_full"},
      {1, 3, {5, 1, 3}, "tenant_full"},
      {3, 1, {5, 1, 1}, "tenant_full"},
  };
  for (const auto& one : cases) {
    assistant who;
    who.max_calls = one.assistant_max;
    who.tenant_max_calls = one.tenant_max;
    EXPECT_EQ(no_room_for(who, 10, one.live), one.why)
        << one.assistant_max << " " << one.tenant_max << " " << one.live.all;
  }
}

} // namespace
} // namespace trunkline
