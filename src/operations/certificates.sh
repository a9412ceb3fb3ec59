#!/bin/sh
# Makes what the compose profile `cluster` needs, in the folder from which it is started: ./cluster with an authority and a
# certificate for each node and for the proxy, and .env with a password for the servers. Needs openssl; for one machine to try it on.
set -eu
if [ -e cluster ] || [ -e .env ]; then
  echo 'certificates.sh: expected neither ./cluster nor .env here, found one: remove both to make new ones' >&2
  exit 1
fi
umask 077
mkdir cluster cluster/authority cluster/secret
openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj '/CN=Ledger cluster authority' \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
  -keyout cluster/secret/ca.key -out cluster/authority/ca.crt 2>/dev/null

# sign FOLDER FILE NAME ADDRESSES
sign() {
  mkdir -p "cluster/$1"
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$3" -keyout "cluster/$1/$2.key" -out cluster/secret/request.csr 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature,keyEncipherment\n' "$4" > cluster/secret/extensions
  openssl x509 -req -days 365 -in cluster/secret/request.csr -CA cluster/authority/ca.crt -CAkey cluster/secret/ca.key \
    -CAcreateserial -CAserial cluster/secret/ca.srl -extfile cluster/secret/extensions -out "cluster/$1/$2.crt" 2>/dev/null
  # The containers run as accounts of their own. On this machine nobody else gets through the folder above.
  chmod 755 "cluster/$1"
  chmod 644 "cluster/$1/$2.key" "cluster/$1/$2.crt"
}
for node in 1 2 3; do
  # The servers take each other for nodes by this name.
  sign "node$node" node eventstoredb-node "IP:172.30.240.1$node,IP:127.0.0.1,DNS:localhost"
done
sign proxy proxy localhost DNS:localhost
chmod 755 cluster/authority
chmod 644 cluster/authority/ca.crt
rm -f cluster/secret/request.csr cluster/secret/extensions
printf 'CLUSTER_PASSWORD=%s\n' "$(openssl rand -hex 24)" > .env
