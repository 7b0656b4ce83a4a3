#include "infra/config/tenant_keys.hpp"

#include "infra/config/config_commands.hpp"
#include "infra/config/config_loader.hpp"
#include "tests/support/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace trunkline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class tenant_keys : public ::testing::Test {
protected:
  loaded_config read(const std::string& keys, const std::string& text = "",
                     variables environment = {}) {
    testing::write_file(file_, text);
    environment["HOME"] = "/home/somebody";
    environment["TRUNKLINE_TENANT_KEYS"] = keys;
    return read_config({file_, environment, {}});
  }
  std::vector<std::string> problems(const std::string& keys, const std::string& text = "") {
    std::vector<std::string> lines;
    for (const auto& one : read(keys, text).problems)
      lines.push_back(one.line);
    return lines;
  }
  static std::string table(const std::string& tenant, const std::string& more = "") {
    return "[[assistants]]\nid = \"" + tenant + "\"\nbusiness = \"B\"\ngreeting = \"Hello\"\n" +
           (tenant == "acme" ? "default = true\n" : "numbers = [\"+15550100777\"]\n") + more;
  }

  testing::temp_dir folder_;
  std::filesystem::path file_ = folder_.path() / "t.toml";
};

TEST_F(tenant_keys, are_used_by_the_calls_of_their_tenant_only) {
  const auto all = read(R"({"acme":{"OPENAI_API_KEY":"theirs"}})", "",
                        {{"OPENAI_API_KEY", "ours"}, {"DEEPGRAM_API_KEY", "ours too"}});
  ASSERT_THAT(all.problems, IsEmpty());
  EXPECT_EQ(services_of("acme", all.config).openai.api_key, "theirs");
  EXPECT_EQ(services_of("acme", all.config).deepgram.api_key, "ours too");
  EXPECT_EQ(services_of("other", all.config).openai.api_key, "ours");
  EXPECT_EQ(all.config.services.openai.api_key, "ours");
}

TEST_F(tenant_keys, keep_the_trouble_of_a_tenants_account_apart) {
  const auto config = read(R"({"acme":{"OPENAI_API_KEY":"k"}})").config;
  const service_entry model{"openai", "gpt-4o"}, recogniser{"deepgram", ""};
  EXPECT_EQ(service_key("llm", model, "acme", config), "llm:openai:gpt-4o@acme");
  EXPECT_EQ(service_key("llm", model, "other", config), "llm:openai:gpt-4o");
  EXPECT_EQ(service_key("stt", recogniser, "acme", config), "stt:deepgram");
}

TEST_F(tenant_keys, do_for_those_who_bring_them_where_the_engine_has_none) {
  const std::string lists = "[providers]\nllm = [\"openai\"]\n" + table("acme");
  EXPECT_THAT(problems(R"({"acme":{"OPENAI_API_KEY":"k"}})", lists), IsEmpty());
  EXPECT_THAT(problems(R"({"acme":{"DEEPGRAM_API_KEY":"k"}})", lists),
              ElementsAre(HasSubstr("assistant acme lists openai, but OPENAI_API_KEY is not set")));
  EXPECT_THAT(problems(R"({"acme":{"OPENAI_API_KEY":"k"}})", lists + table("other")),
              ElementsAre(HasSubstr("assistant other lists openai, but OPENAI_API_KEY")));
}

TEST_F(tenant_keys, that_are_wrong_are_told_without_a_value) {
  struct {
    const char* keys;
    const char* said;
  } const cases[] = {
      {"sk-secret-1", "is no JSON object"},
      {R"(["sk-secret-1"])", "is no JSON object"},
      {R"({"Acme Inc":{"OPENAI_API_KEY":"sk-secret-1"}})", "'Acme Inc' is no id"},
      {R"({"acme":"sk-secret-1"})", "'acme' has no keys"},
      {R"({"acme":{}})", "'acme' has no keys"},
      {R"({"acme":{"OPENAI_API_KEY":1}})", "has no text for OPENAI_API_KEY"},
      {R"({"acme":{"OPENAI_API_KEY":""}})", "has no text for OPENAI_API_KEY"},
      {R"({"acme":{"OPENAI_API_KY":"sk-secret-1"}})", "did you mean OPENAI_API_KEY?"},
      {R"({"acme":{"OPENAI_BASE_URL":"http://sk-secret-1"}})", "unknown key 'OPENAI_BASE_URL'"},
      {R"({"acme":{"TWILIO_AUTH_TOKEN":"sk-secret-1"}})", "unknown key 'TWILIO_AUTH_TOKEN'"},
  };
  for (const auto& one : cases) {
    const auto lines = problems(one.keys);
    ASSERT_EQ(lines.size(), 1u) << one.keys;
    EXPECT_THAT(lines[0], HasSubstr("TRUNKLINE_TENANT_KEYS"));
    EXPECT_THAT(lines[0], HasSubstr(one.said));
    EXPECT_THAT(lines[0], Not(HasSubstr("secret-1")));
  }
}

TEST_F(tenant_keys, belong_into_the_environment_and_are_never_shown) {
  EXPECT_THAT(problems(R"({"acme":{"OPENAI_API_KEY":"k"}})", "[tenant]\nkeys = \"{}\"\n"),
              ElementsAre(HasSubstr("tenant.keys is a secret")));
  std::ostringstream out, err;
  const std::string keys = R"({"acme":{"OPENAI_API_KEY":"sk-secret-1"}})";
  const config_sources sources{
      {}, {{"HOME", "/home/somebody"}, {"TRUNKLINE_TENANT_KEYS", keys}}, {}};
  EXPECT_EQ(config_show(sources, false, out, err), exit_ok);
  EXPECT_THAT(out.str(), HasSubstr("tenant.keys"));
  EXPECT_THAT(out.str(), Not(HasSubstr("secret-1")));
}

} // namespace
} // namespace trunkline
