#include "protocol/web_socket/frame.hpp"

#include <gtest/gtest.h>

namespace trunkline::web_socket_frame {
namespace {

TEST(frame_test, reads_the_examples_of_the_rfc) {
  const std::string hello{'\x81', '\x05', 'H', 'e', 'l', 'l', 'o'};
  header parsed;
  ASSERT_EQ(parse_header(hello, parsed), parse_status::ok);
  EXPECT_EQ(parsed.payload_bytes, 5u);
  EXPECT_EQ(parsed.header_bytes, 2u);
  EXPECT_FALSE(parsed.masked);
  std::string masked{'\x81', '\x85', '\x37', '\xfa', '\x21', '\x3d',
                     '\x7f', '\x9f', '\x4d', '\x51', '\x58'};
  ASSERT_EQ(parse_header(masked, parsed), parse_status::ok);
  ASSERT_EQ(parsed.header_bytes, 6u);
  apply_mask({masked.data() + 6, 5}, parsed.mask);
  EXPECT_EQ(masked.substr(6), "Hello");
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(frame_test, every_length_survives_writing_and_reading) {
  for (const size_t size : {0u, 1u, 7u, 8u, 125u, 126u, 127u, 65535u, 65536u, 70001u})
    for (const auto mask : {std::optional<uint32_t>{}, std::optional<uint32_t>{0x0403'0201u}}) {
      std::string payload(size, '\0');
      for (size_t i = 0; i < size; ++i)
        payload[i] = static_cast<char>(i * 31);
      std::string frame;
      append_frame(frame, opcode::binary, payload, mask);
      header parsed;
      for (size_t n = 0; n < std::min<size_t>(frame.size(), 2); ++n)
        EXPECT_EQ(parse_header({frame.data(), n}, parsed), parse_status::need_more);
      ASSERT_EQ(parse_header(frame, parsed), parse_status::ok);
      ASSERT_EQ(parsed.payload_bytes, size);
      ASSERT_EQ(frame.size(), parsed.header_bytes + size);
      if (mask)
        apply_mask({frame.data() + parsed.header_bytes, size}, parsed.mask);
      EXPECT_EQ(frame.substr(parsed.header_bytes), payload);
    }
}

TEST(frame_test, refuses_what_the_rfc_forbids) {
  header parsed;
  const auto invalid = [&](std::string bytes) {
    bytes.resize(16);
    return parse_header(bytes, parsed) == parse_status::invalid;
  };
  EXPECT_TRUE(invalid("\xc1\x01"));                         // reserved bit: a compressed frame
  EXPECT_TRUE(invalid("\x83\x01"));                         // unknown opcode
  EXPECT_TRUE(invalid("\x8b\x01"));                         // unknown control opcode
  EXPECT_TRUE(invalid(std::string{"\x09\x00", 2}));         // fragmented ping
  EXPECT_TRUE(invalid("\x89\x7e"));                         // long ping
  EXPECT_TRUE(invalid(std::string{"\x81\x7e\x00\x7d", 4})); // 125 in two bytes
  EXPECT_TRUE(invalid(std::string{"\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10}));
  EXPECT_TRUE(invalid(std::string{"\x81\x7f\x80\x00\x00\x00\x00\x01\x00\x00", 10}));
}

TEST(frame_test, close_reasons_are_checked_and_cut) {
  EXPECT_EQ(parse_close("")->code, 1005);
  EXPECT_EQ(parse_close(close_payload(1000, "bye"))->reason, "bye");
  EXPECT_FALSE(parse_close("\x03"));
  for (const uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535})
    EXPECT_FALSE(parse_close(close_payload(code, ""))) << code;
  EXPECT_FALSE(parse_close("\x03\xe8\xff"));
  const auto cut = close_payload(1011, std::string(122, 'a') + "\xc3\xa9");
  EXPECT_EQ(cut.size(), 124u); // the character that does not fit whole is left out
  ASSERT_TRUE(parse_close(cut));
}

TEST(frame_test, keys_are_sixteen_bytes) {
  EXPECT_TRUE(is_valid_key("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_FALSE(is_valid_key(""));
  EXPECT_FALSE(is_valid_key("dGhlIHNhbXBsZSBub25j"));
}

} // namespace
} // namespace trunkline::web_socket_frame
