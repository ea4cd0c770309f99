#!/bin/sh
# Make the API keys of the portal: users.sh URL CA_FILE, with the password of elastic in ELASTIC_PASSWORD.
# It prints two answers. Their "encoded" is ELASTICSEARCH_API_KEY: of the worker, and of web machines without a worker.
set -eu
url=$1 ca=$2 prefix=${SEARCH_INDEX_PREFIX:-lyceum}

key() { # key NAME CLUSTER INDEX: the rights on the cluster and on the indexes of the portal, as lists in JSON
    # The password goes by the standard input, so that no list of processes shows it.
    printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD" | curl --silent --show-error --fail --cacert "$ca" --config - \
        --request POST "$url/_security/api_key" --header 'Content-Type: application/json' --data "{
            \"name\": \"$prefix-$1\",
            \"role_descriptors\": {\"portal\": {
                \"cluster\": $2, \"indices\": [{\"names\": [\"$prefix.*\"], \"privileges\": $3}]}}}"
    echo
}

key worker '["monitor"]' '["read", "write", "create_index", "manage", "view_index_metadata"]'
key web '[]' '["read", "view_index_metadata"]'
