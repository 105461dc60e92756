# The production database as the settings name it. Sourced by ops/backup and ops/restore.

# usage: setting NAME   from the environment, else from /etc/multipanel/multipanel.env (MULTIPANEL_ENV names another file)
setting() {
  local file=${MULTIPANEL_ENV:-/etc/multipanel/multipanel.env} value=${!1:-}
  if [[ -z $value && -r $file ]]; then
    value=$(sed -n "s/^$1=//p" "$file" | tail -n 1)
    value=${value#[\"\']}
    value=${value%[\"\']}
  fi
  [[ -n $value ]] || { echo "$1 is not set, neither in the environment nor in $file" >&2; return 1; }
  printf %s "$value"
}

# usage: database_open URL   sets database (its name) and client_options (a file with the way in: never on a command line)
database_open() {
  local url=${1#*://} account host port
  [[ $1 =~ ^(mysql|mariadb)://[^@]+@[^/]+/[^/?]+ ]] || { echo 'DATABASE_URL must look like mysql://user:password@host:3306/database' >&2; return 1; }
  account=${url%%@*}
  host=${url#*@}
  database=$(decode "${host#*/}")
  host=${host%%/*}
  port=3306
  [[ $host != *:* ]] || { port=${host##*:} host=${host%:*}; }
  client_options=$(mktemp)
  local password=
  [[ $account != *:* ]] || password=$(decode "${account#*:}")
  password=${password//\\/\\\\}
  printf '[client]\nhost="%s"\nport=%s\nuser="%s"\npassword="%s"\ndefault-character-set=utf8mb4\n' \
    "$host" "$port" "$(decode "${account%%:*}")" "${password//\"/\\\"}" >"$client_options"
}

decode() { printf '%b' "${1//%/\\x}"; }

# usage: key_ids ENCRYPTION_KEY   the ids that sealed records carry: the start of each key's SHA-256
key_ids() {
  local key
  tr ',' '\n' <<<"$1" | while read -r key; do
    [[ -z $key ]] || { base64 -d <<<"$key" | sha256sum | cut -c1-8; }
  done | paste -sd,
}
