# Free loopback ports and a check whether one answers, with nothing but bash. Sourced.

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# usage: free_port NAME   sets NAME to a port that nothing listens on, each call another one;
# below 32768, so that no outgoing connection takes it meanwhile
free_port() {
  : "${last_port:=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))}"
  while last_port=$((last_port + 1)) && port_open "$last_port"; do :; done
  printf -v "$1" %s "$last_port"
}

# usage: http_ok PORT PATH USER PASSWORD   true when a GET answers 200
http_ok() {
  local status
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.0\r\nAuthorization: Basic %s\r\n\r\n' "$2" "$(printf %s "$3:$4" | base64 -w0)" >&3
  read -r -t 5 status <&3 || status=
  exec 3>&-
  [[ $status == *" 200 "* ]]
} 2>/dev/null
