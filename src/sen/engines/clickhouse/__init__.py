"""The embedded ClickHouse: chDB behind a loopback endpoint that speaks ClickHouse's HTTP protocol.

`embedded` starts it as a child process, `server` is that process, `endpoint` the protocol, `statements` what a statement is,
`pool` the chDB connections. Nothing outside uses chDB: with `SEN_CLICKHOUSE_URL` a real server takes its place unnoticed.
"""
