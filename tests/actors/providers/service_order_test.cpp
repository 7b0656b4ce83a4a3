#include "actors/providers/service_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(service_order, is_the_lists_own_without_weights) {
  EXPECT_THAT(service_order(3, {}, 0.99), ElementsAre(0, 1, 2));
  EXPECT_THAT(service_order(3, {0, 0, 0}, 0.5), ElementsAre(0, 1, 2));
  EXPECT_THAT(service_order(0, {1, 2}, 0.5), IsEmpty());
}

TEST(service_order, draws_the_first_by_weight_and_keeps_the_order_of_the_others) {
  EXPECT_THAT(service_order(3, {80, 20}, 0.0), ElementsAre(0, 1, 2));
  EXPECT_THAT(service_order(3, {80, 20}, 0.79), ElementsAre(0, 1, 2));
  EXPECT_THAT(service_order(3, {80, 20}, 0.81), ElementsAre(1, 0, 2));
  EXPECT_THAT(service_order(3, {0, 0, 1}, 0.0), ElementsAre(2, 0, 1));
}

TEST(service_order, gives_each_its_share) {
  int second = 0;
  for (int i = 0; i < 1000; ++i)
    second += service_order(2, {70, 30}, i / 1000.0).front() == 1 ? 1 : 0;
  EXPECT_EQ(second, 300);
}

} // namespace
} // namespace trunkline
