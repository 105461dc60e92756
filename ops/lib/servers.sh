# Private MariaDB, Redis and RabbitMQ on loopback, on free ports. Sourced by ops/test and ops/servers.
#   servers_launch DIR   begins to start all of them, everything they write under DIR
#   servers_wait DIR     returns when each answers, and writes DIR/env
#   servers_stop DIR     stops what was started in DIR, by process id; servers_kill DIR does not wait for tidy ends
# shellcheck source-path=SCRIPTDIR
servers_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$servers_lib/packages.sh"
. "$servers_lib/ports.sh"

mysql_port='' redis_port='' amqp_port='' api_port='' dist_port='' epmd_port=''

servers_packages() {
  packages_need mariadbd=mariadb-server redis-server=redis-server rabbitmq-server=rabbitmq-server
}

servers_launch() {
  local dir=$1 user=multipanel
  mkdir -p "$dir"
  [[ -s $dir/password ]] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password")
  password=$(<"$dir/password")
  free_port mysql_port
  free_port amqp_port
  free_port api_port
  free_port dist_port
  free_port epmd_port

  server_start "$dir" epmd epmd -address 127.0.0.1 -port "$epmd_port"
  server_start "$dir" mariadb "$servers_lib/mariadb" "$mysql_port" "$user" "$password"
  redis_launch "$dir" redis
  # RabbitMQ would start an epmd of its own, which outlives it, where it finds none.
  server_wait "$dir" epmd port_open "$epmd_port"
  server_start "$dir" rabbitmq "$servers_lib/rabbitmq" "$amqp_port" "$api_port" "$dist_port" "$epmd_port" "$user" "$password"

  (umask 077 && cat >"$dir/env") <<ENV
export MULTIPANEL_TEST_MYSQL=mysql://$user:$password@127.0.0.1:$mysql_port
export MULTIPANEL_TEST_REDIS=127.0.0.1:$redis_port
export MULTIPANEL_TEST_RABBITMQ=amqp://$user:$password@127.0.0.1:$amqp_port
export MULTIPANEL_TEST_RABBITMQ_API=http://$user:$password@127.0.0.1:$api_port
ENV
}

servers_wait() {
  server_wait "$1" mariadb mariadb --no-defaults -h127.0.0.1 -P"$mysql_port" -umultipanel -p"$password" -e 'SELECT 1'
  server_wait "$1" redis redis_answers "$redis_port"
  # The listener check is of the API and answers 200 only once AMQP connections are taken too.
  server_wait "$1" rabbitmq http_ok "$api_port" "/api/health/checks/port-listener/$amqp_port" multipanel "$password"
}

# usage: redis_launch DIR NAME   sets redis_port
redis_launch() {
  free_port redis_port
  server_start "$1" "$2" redis-server --bind 127.0.0.1 --port "$redis_port" --databases 256 --save '' --appendonly no
}

redis_answers() { [[ $(redis-cli -h 127.0.0.1 -p "$1" ping) == PONG ]]; }

servers_stop() {
  local pid_file
  for pid_file in "$1"/*/pid; do
    [[ ! -e $pid_file ]] || server_signal "$pid_file" TERM
  done
  for pid_file in "$1"/*/pid; do
    [[ ! -e $pid_file ]] || server_gone "$pid_file"
  done
}

servers_kill() {
  local pid_file
  for pid_file in "$1"/*/pid; do
    [[ ! -e $pid_file ]] || server_kill "$pid_file"
  done
}

# usage: server_start DIR NAME COMMAND...   in a session of its own (Ctrl-C is ours to handle), in DIR/NAME, log in DIR/NAME/log
server_start() {
  local home=$1/$2
  shift 2
  mkdir -p "$home"
  (cd "$home" && exec setsid "$@" >log 2>&1 </dev/null) &
  echo $! >"$home/pid"
  disown $!
}

# usage: server_wait DIR NAME CHECK...   until the check passes; fails with the log's end if the server dies or 90 s pass
server_wait() {
  local home=$1/$2 name=$2 deadline=$((SECONDS + 90))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)) || ! server_alive "$home/pid"; then
      echo "$name did not start; the end of $home/log:" >&2
      tail -n 20 "$home/log" >&2
      return 1
    fi
    sleep 0.1
  done
}

# A process id may have been given to someone else since: ours works in its own directory.
server_alive() {
  local home
  home=$(cd "$(dirname "$1")" && pwd -P)
  [[ $(readlink "/proc/$(<"$1")/cwd")/ == "$home"/* ]]
} 2>/dev/null

server_signal() {
  ! server_alive "$1" || kill "-$2" "$(<"$1")" 2>/dev/null || true
}

# Waits 15 s for a server that was asked to end, then ends its whole session.
server_gone() {
  local deadline=$((SECONDS + 15))
  while server_alive "$1" && ((SECONDS < deadline)); do sleep 0.1; done
  server_kill "$1"
}

server_kill() {
  ! server_alive "$1" || kill -KILL -- "-$(<"$1")" 2>/dev/null || true
  rm -f "$1"
}
