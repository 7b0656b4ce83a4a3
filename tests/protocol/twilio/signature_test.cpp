#include "protocol/twilio/signature.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// Vectors 1 to 13 are those of the carrier's own SDK tests; the others were computed for this
// project with an independent implementation.

namespace trunkline {
namespace {

const std::string token = "12345";
const std::string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
const std::string tail = "/myapp.php?foo=1&bar=2";
const form_fields fields{{"CallSid", "CA1234567890ABCDE"},
                         {"Caller", "+14158675309"},
                         {"Digits", "1234"},
                         {"From", "+14158675309"},
                         {"To", "+18005551212"}};

void expect_signed(const std::string& signed_url, const form_fields& with,
                   const std::string& signature) {
  EXPECT_EQ(sign_webhook(token, signed_url, with), signature) << signed_url;
  EXPECT_TRUE(verify_webhook(token, signed_url, with, signature)) << signed_url;
}

TEST(signature_test, signs_the_published_vectors) {
  expect_signed(url, fields, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
  expect_signed("https://mycompany.com:443" + tail, fields, "kvajT1Ptam85bY51eRf/AJRuM3w=");
  expect_signed("http://mycompany.com:80" + tail, fields, "0ZXoZLH/DfblKGATFgpif+LLRf4=");
  expect_signed("http://mycompany.com:1234" + tail, fields, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=");
  expect_signed("https://user:pass@mycompany.com" + tail, fields, "CukzLTc1tT5dXEDIHm/tKBanW10=");
  expect_signed("https://user:pass@mycompany.com:443" + tail, fields,
                "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=");
  expect_signed("https://user@mycompany.com" + tail, fields, "2YRLlVAflCqxaNicjMpJcSTgzSs=");
}

TEST(signature_test, signs_repeated_names_once_per_value_in_order) {
  const form_fields digits{{"Sid", "CA123"},
                           {"SidAccount", "AC123"},
                           {"Digits", "5678"},
                           {"Digits", "1234"},
                           {"Digits", "1234"}};
  expect_signed(url, digits, "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
  form_fields addresses{{"MessagingBinding.Address", "+1325xxxxxxx"},
                        {"MessagingBinding.Address", "+1415xxxxxxx"}};
  expect_signed(url, addresses, "83O6e2vORAoJHUNzJjDWN1jz+BA=");
  std::swap(addresses[0], addresses[1]);
  expect_signed(url, addresses, "83O6e2vORAoJHUNzJjDWN1jz+BA=");
}

TEST(signature_test, accepts_either_port_form) {
  EXPECT_TRUE(verify_webhook(token, url, fields, "kvajT1Ptam85bY51eRf/AJRuM3w="));
  EXPECT_TRUE(verify_webhook(token, "https://mycompany.com:443" + tail, fields,
                             "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
  EXPECT_TRUE(
      verify_webhook(token, "http://mycompany.com" + tail, fields, "0ZXoZLH/DfblKGATFgpif+LLRf4="));
  EXPECT_TRUE(verify_webhook(token, "https://user:pass@mycompany.com" + tail, fields,
                             "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="));
  const auto ipv6 = sign_webhook(token, "http://[::1]/x");
  EXPECT_TRUE(verify_webhook(token, "http://[::1]:8080/x", {}, ipv6));
}

TEST(signature_test, accepts_a_quote_that_was_signed_encoded_and_a_host_in_lower_case) {
  EXPECT_TRUE(
      verify_webhook(token, url + "&Body=It's+amazing", fields, "TfZzewPq8wqrGlMfyAud8+/IvJ0="));
  EXPECT_TRUE(verify_webhook(token, "https://MyCompany.com" + tail, fields,
                             "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
}

TEST(signature_test, ignores_the_fragment_of_a_configured_url) {
  EXPECT_TRUE(verify_webhook(token, url + "#rt=5000&rc=2", fields, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
}

TEST(signature_test, verifies_json_bodies_by_their_hash) {
  const std::string hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
  const std::string body = R"({"property": "value", "boolean": true})";
  EXPECT_TRUE(verify_json_webhook(token, url + "&bodySHA256=" + hash, body,
                                  "a9nBmqA0ju/hNViExpshrM61xv4="));
  EXPECT_TRUE(verify_json_webhook(token, "https://mycompany.com/myapp.php?bodySHA256=" + hash, body,
                                  "y77kIzt2vzLz71DgmJGsen2scGs="));
  const std::string empty = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  EXPECT_TRUE(verify_json_webhook(token, url + "&bodySHA256=" + empty, "{}",
                                  "Ldidvp12m26NI7eqEvxnEpkd9Hc="));
  EXPECT_FALSE(verify_json_webhook(token, url + "&bodySHA256=" + hash,
                                   R"({"property": "value", "boolean": trup})",
                                   "a9nBmqA0ju/hNViExpshrM61xv4="));
  EXPECT_FALSE(verify_json_webhook(token, url, body, sign_webhook(token, url)));
  EXPECT_FALSE(
      verify_json_webhook(token, url + "#?bodySHA256=" + hash, body, sign_webhook(token, url)));
}

TEST(signature_test, signs_this_projects_own_vectors) {
  const std::string host = "voice.example.test";
  expect_signed("wss://" + host + "/media", {}, "wLIau2zu/WMm0RM1cvBrCdyNa6U=");
  expect_signed("wss://" + host + "/media/", {}, "QIFNlCsapxOL7EWp7v9mFmHqf6g=");
  expect_signed("wss://" + host + ":443/media", {}, "tXLHvvqT33wZj85NtgLEpbaqLEk=");
  expect_signed("https://" + host + "/media", {}, "MYLZRDMu052bHdqPDO9/ITewhHM=");
  expect_signed("wss://" + host + "/relay?tenant=42", {}, "SNhYXYvLgn6lAcSqx4SuG/hIPVw=");
  expect_signed("https://" + host + "/twilio/voice",
                {{"CallSid", "CA00000000000000000000000000000001"},
                 {"Digits", ""},
                 {"From", "+15551230001"},
                 {"SpeechResult", "caf\xc3\xa9 \xe2\x80\x94 s\xc3\xad"}},
                "ObdgbplQoadv6grpIt32d7V8Axc=");
}

TEST(signature_test, accepts_every_spelling_of_a_socket_url) {
  const std::string configured = "wss://voice.example.test/media";
  for (const auto* signature : {"wLIau2zu/WMm0RM1cvBrCdyNa6U=", "QIFNlCsapxOL7EWp7v9mFmHqf6g=",
                                "tXLHvvqT33wZj85NtgLEpbaqLEk=", "MYLZRDMu052bHdqPDO9/ITewhHM="}) {
    EXPECT_TRUE(verify_web_socket(token, configured, signature)) << signature;
    EXPECT_TRUE(verify_web_socket(token, configured + "/", signature)) << signature;
  }
  EXPECT_FALSE(verify_web_socket(token, configured, "SNhYXYvLgn6lAcSqx4SuG/hIPVw="));
}

TEST(signature_test, refuses_everything_else) {
  const std::string good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
  auto added = fields, removed = fields, trimmed = fields;
  added.emplace_back("Extra", "1");
  removed.pop_back();
  trimmed[2].second = " 1234";
  for (const auto& changed : {added, removed, trimmed})
    EXPECT_FALSE(verify_webhook(token, url, changed, good));
  EXPECT_FALSE(verify_webhook("12346", url, fields, good));
  EXPECT_FALSE(verify_webhook("", url, fields, sign_webhook("", url, fields)));
  for (const auto* bad : {"", "RSOYDt4T1cUTdK1PDd93/VVr8B8",
                          "RSOYDt4T1cUTdK1PDd93/VVr8B8==", "rSOYDt4T1cUTdK1PDd93/VVr8B8="})
    EXPECT_FALSE(verify_webhook(token, url, fields, bad)) << bad;
  EXPECT_FALSE(verify_webhook(token, "https://mycompany.com/other", fields, good));
  EXPECT_FALSE(verify_webhook(token, "not a url", fields, good));
}

} // namespace
} // namespace trunkline
