-- Logs who tries to log in, with the password where DECKY_LOG_PASSWORDS=yes, and decides nothing.

local with_password = os.getenv("DECKY_LOG_PASSWORDS") == "yes"

function auth_password_verify(request, password)
  local event = dovecot.event()
  event:set_name("decky_attempt")
  event:add_str("user", request.user)
  event:add_str("service", request.service)
  event:add_str("session", request.session or "")
  event:add_str("remote_ip", request.rip or "")
  event:add_int("password_length", #password)
  if with_password then
    event:add_str("password", password)
  end
  event:log_debug("login attempt")
  return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, ""
end

function auth_passdb_lookup(request)
  return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, ""
end
