#include "infra/config/assistant_config.hpp"
#include "infra/config/config_loader.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/sample_assistant.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace trunkline {

namespace {

assistant built_in() {
  const auto all = built_in_assistants();
  EXPECT_TRUE(all) << all.error().context;
  return all && !all->empty() ? all->front() : assistant{};
}

TEST(example, an_engine_without_configuration_gets_the_sample_practice) {
  const auto config = load_config({{}, {{"HOME", "/home/somebody"}}, {}});
  ASSERT_TRUE(config) << config.error().context;
  ASSERT_EQ(config->assistants.size(), 1u);
  EXPECT_EQ(config->assistants[0].business, "Brightsmile Dental");
  EXPECT_TRUE(config->assistants[0].is_default);
  EXPECT_FALSE(config->state_dir.empty());
}

TEST(example, the_example_file_has_what_the_tests_assistant_has_field_by_field) {
  const auto file = built_in();
  const auto test = testing::sample_assistant();
  EXPECT_EQ(file.id, test.id);
  EXPECT_EQ(file.tenant_id, test.tenant_id);
  EXPECT_EQ(file.is_default, test.is_default);
  EXPECT_EQ(file.numbers, test.numbers);
  EXPECT_EQ(file.greeting, test.greeting);
  EXPECT_EQ(file.voice, test.voice);
  EXPECT_EQ(file.holidays, test.holidays);
  EXPECT_EQ(file.emergency_number, test.emergency_number);
  ASSERT_EQ(file.hours.size(), test.hours.size());
  for (size_t i = 0; i < file.hours.size(); ++i) {
    EXPECT_EQ(file.hours[i].weekday, test.hours[i].weekday);
    EXPECT_EQ(file.hours[i].opens, test.hours[i].opens);
    EXPECT_EQ(file.hours[i].closes, test.hours[i].closes);
  }
  ASSERT_EQ(file.services.size(), test.services.size());
  for (size_t i = 0; i < file.services.size(); ++i) {
    EXPECT_EQ(file.services[i].id, test.services[i].id);
    EXPECT_EQ(file.services[i].name, test.services[i].name);
    EXPECT_EQ(file.services[i].aliases, test.services[i].aliases);
    EXPECT_EQ(file.services[i].duration, test.services[i].duration);
  }
  ASSERT_EQ(file.staff.size(), test.staff.size());
  for (size_t i = 0; i < file.staff.size(); ++i) {
    EXPECT_EQ(file.staff[i].id, test.staff[i].id);
    EXPECT_EQ(file.staff[i].number, test.staff[i].number);
  }
  ASSERT_EQ(file.faq.size(), test.faq.size());
  for (size_t i = 0; i < file.faq.size(); ++i) {
    EXPECT_EQ(file.faq[i].id, test.faq[i].id);
    EXPECT_EQ(file.faq[i].questions, test.faq[i].questions);
    EXPECT_EQ(file.faq[i].answer, test.faq[i].answer);
  }
  EXPECT_EQ(assistant_json(file), assistant_json(test)) << "every other field";
}

TEST(example, the_version_is_twelve_digits_and_changes_with_any_content) {
  auto who = testing::sample_assistant();
  const auto version = assistant_version(who);
  EXPECT_EQ(version.size(), 12u);
  EXPECT_EQ(version.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(built_in().version, version) << "the old version is not part of the content";
  who.turns.dead_air_max += std::chrono::milliseconds{1};
  EXPECT_NE(assistant_version(who), version);
  who = testing::sample_assistant();
  who.hours.back().closes += std::chrono::minutes{1};
  EXPECT_NE(assistant_version(who), version);
}

TEST(example, hours_read_days_and_ranges_and_wrap_around_the_week) {
  const auto days = [](const char* text) {
    std::vector<unsigned> all;
    const auto parsed = parse_hours(text);
    EXPECT_TRUE(parsed) << text;
    if (parsed)
      for (const auto& stretch : *parsed)
        all.push_back(stretch.weekday);
    return all;
  };
  using weekdays = std::vector<unsigned>;
  EXPECT_EQ(days("mon-fri 08:00-17:00"), (weekdays{1, 2, 3, 4, 5}));
  EXPECT_EQ(days("Sat-Mon 10:00-24:00"), (weekdays{6, 0, 1}));
  EXPECT_EQ(days("sun,wed-thu 09:30-10:00"), (weekdays{0, 3, 4}));
  EXPECT_EQ(parse_hours("sat 09:00-24:00")->front().closes, std::chrono::hours{24});
}

TEST(example, bad_hours_say_what_is_wrong) {
  const auto why = [](const char* text) { return parse_hours(text).error().context; };
  EXPECT_EQ(why("mon-fry 08:00-17:00"),
            "has the unknown weekday 'fry'; use sun, mon, tue, wed, thu, fri or sat");
  EXPECT_EQ(why("mon 8-17"),
            "'mon 8-17' is not understood; write hours like 'mon-fri 08:00-17:00'");
  EXPECT_EQ(why("mon 22:00-02:00"),
            "'mon 22:00-02:00' closes before it opens; split hours that pass midnight in two");
  for (const auto* bad : {"", " ", "mon", "mon ", "mon 08:00", "mon 08:00-", "mon 25:00-26:00",
                          "- 08:00-17:00", "mon- 08:00-17:00", " 08:00-17:00"})
    EXPECT_FALSE(parse_hours(bad)) << bad;
}

} // namespace

} // namespace trunkline
