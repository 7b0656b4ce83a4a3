#pragma once

#include "schema/assistant.hpp"
#include "schema/services.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace trunkline {

/// An address to listen on.
struct listen_address {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
};

struct server_config {
  listen_address listen{"127.0.0.1", 8080};
  listen_address admin_listen{"127.0.0.1", 8081};
  std::string base_url;   ///< BASE_URL: what the carrier calls us; empty: http://<listen>
  std::string stream_url; ///< STREAM_URL: where sockets of this engine's calls go; empty: base
  std::string certificate_file; ///< PEM, public listener
  std::string key_file;
  std::vector<std::string> trusted_proxies;
  unsigned shards = 0;     ///< network threads; 0: one a core
  bool test_hooks = false; ///< POST /api/v1/calls/{sid}/children/{role}/kill on the admin listener
  std::chrono::seconds drain_timeout{60};
};

struct limits_config {
  unsigned max_calls = 1000;
  unsigned calls_per_second = 100; ///< bursts of twice that
  unsigned calls_per_minute_per_source = 20;
  unsigned webhooks_per_second_per_address = 200;
  unsigned unsigned_connections_per_address = 20;
  std::chrono::milliseconds overload_lag{250}; ///< event loops so late are overloaded; 0: never
  std::chrono::milliseconds stream_start_timeout{10000};  ///< socket open to `start`
  std::chrono::milliseconds frame_silence_timeout{20000}; ///< no frame: the stream is dead
};

/// The carrier. Secrets come from the environment only.
struct carrier_config {
  std::string account_sid;  ///< TWILIO_ACCOUNT_SID
  std::string auth_token;   ///< TWILIO_AUTH_TOKEN; empty: the development token (loopback only)
  std::string phone_number; ///< TWILIO_PHONE_NUMBER
  std::string base_url = "https://api.twilio.com"; ///< TWILIO_BASE_URL
};

struct speech_config {
  unsigned workers = 0;  ///< decoding threads; 0: one a core
  unsigned decoders = 0; ///< recogniser pairs kept ready; 0: twice the workers
};

struct store_config {
  /// DATABASE_URL: a SQLite file, or a postgres:// URL, which may hold a password; empty:
  /// <state_dir>/trunkline.db
  std::string database;
  unsigned connections = 3; ///< to PostgreSQL: one writes, the others read
  unsigned queue_max = 20000;
  unsigned journal_mb_max = 256;               ///< of rows that the database has not taken
  std::chrono::seconds patience{30};           ///< a write is retried this long
  std::chrono::milliseconds read_timeout{500}; ///< PostgreSQL's, for one statement
  std::chrono::milliseconds write_timeout{5000};
  /// Personal data is kept encrypted when one is there; see infra/privacy/master_keys.hpp.
  std::string data_key, data_key_file;
  unsigned metrics_days = 90; ///< of system_metrics; 0: for ever
  bool keep_rows = true; ///< false: what calls write is dropped; see infra/store/unkept_store.hpp
  std::chrono::seconds assistants_every{10}; ///< between looks for changed assistants
};

/// How services are watched.
struct providers_config {
  std::chrono::seconds probe_every{10}; ///< of one whose breaker is not closed; 0: never
  unsigned at_once_max = 200;           ///< requests to one service at the same time
};

/// Where trouble with a service is told.
struct alerts_config {
  std::string webhook_url; ///< ALERT_WEBHOOK_URL; empty: only the log, the metrics and the store
};

/// Everything an engine needs to know at start. Made by infra/config from flags, environment, file
/// and defaults, in that order of precedence.
struct engine_config {
  std::string state_dir; ///< TRUNKLINE_STATE_DIR
  std::string log_level = "info";
  server_config server;
  limits_config limits;
  carrier_config carrier;
  speech_config speech;
  store_config store;
  std::string admin_user, admin_password; ///< TRUNKLINE_ADMIN_USER, TRUNKLINE_ADMIN_PASSWORD
  std::vector<std::string> stt_providers{"embedded"}; ///< in fallback order; see service_entry
  std::vector<std::string> llm_providers{"embedded"};
  std::vector<std::string> tts_providers{"embedded"};
  services_config services;
  std::string tenant_keys; ///< TRUNKLINE_TENANT_KEYS, see infra/config/tenant_keys.hpp
  std::map<std::string, tenant_services> tenants; ///< by tenant, those who have keys of their own
  providers_config providers;
  alerts_config alerts;
  std::vector<assistant> assistants;  ///< at least one: the built-in sample when none is configured
  bool assistants_are_sample = false; ///< it stands back for those of the database
  std::string file;                   ///< that was read; empty: none
};

} // namespace trunkline
