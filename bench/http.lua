-- SPDX-License-Identifier: ISC
-- wrk's script of bench/http.mjs: asks for translations of the sentences in the
-- file, each with one of many names at its end, so that no two texts under way
-- are the same and nobody is served from another's work.
--
--   wrk ... -s bench/http.lua URL -- libre|apy FILE distinct|same
--
-- The last line that it prints is JSON.

local NAMES = { "Anna", "Bob", "Carla", "David", "Elena", "Frank", "Grace",
  "Henry", "Irene", "Jack", "Karen", "Louis", "Maria", "Nina", "Oscar",
  "Peter", "Rita", "Simon", "Tina", "Ursula", "Victor", "Wendy", "Xavier",
  "Yvonne", "Zoe", "Alice", "Bruno", "Clara", "Diana", "Emil", "Fiona",
  "George", "Hanna", "Ivan", "Julia", "Klaus", "Laura", "Martin", "Nora",
  "Otto" }

local ready = {} -- whole requests
local turn = 0

local function escaped(text)
  return (text:gsub("[^%w]", function(c)
    return string.format("%%%02X", c:byte())
  end))
end

local function request_for(api, text)
  if api == "apy" then
    return wrk.format("GET",
      "/translate?langpair=eng%7Cspa&q=" .. escaped(text))
  end
  return wrk.format("POST", "/translate",
    { ["Content-Type"] = "application/x-www-form-urlencoded" },
    "source=en&target=es&q=" .. escaped(text))
end

function init(args)
  local api, file, texts = args[1], args[2], args[3]
  for _, name in ipairs(texts == "same" and { "" } or NAMES) do
    for line in io.lines(file) do
      local text = line
      if name ~= "" then
        text = line:gsub("([.!?])$", ", " .. name .. "%1")
      end
      ready[#ready + 1] = request_for(api, text)
    end
  end
end

function request()
  turn = turn % #ready + 1
  return ready[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.3f,"p50":%.3f,"p95":%.3f,"p99":%.3f,' ..
    '"failed":%d}\n', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
