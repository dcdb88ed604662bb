import CityKernel
import CityStore

/// The SQL of devices' health. Every function is one statement.
enum DeviceStore {
    static let migrations = [
        Migration(
            "edge-0002-device-state",
            [
                """
                CREATE TABLE edge_device_state (
                    device TEXT NOT NULL PRIMARY KEY,
                    last_seen_at {integer},
                    last_observed_at {integer},
                    messages {integer} NOT NULL,
                    refused {integer} NOT NULL,
                    last_refusal TEXT,
                    last_refusal_at {integer},
                    quality TEXT NOT NULL,
                    battery {real},
                    rssi {real},
                    snr {real},
                    frame_last {integer},
                    frames_received {integer} NOT NULL,
                    frames_missing {integer} NOT NULL,
                    unmapped TEXT NOT NULL
                ) {withoutRowid}
                """
            ])
    ]

    private static let columns = """
        last_seen_at, last_observed_at, messages, refused, last_refusal, last_refusal_at, quality,
        battery, rssi, snr, frame_last, frames_received, frames_missing, unmapped
        """

    static func find(_ device: String, in connection: any Connection) throws -> DeviceState? {
        try connection.first(
            "SELECT \(columns) FROM edge_device_state WHERE device = $1", [.text(device)]
        ) { state($0, from: 0) }
    }

    static func list(in connection: any Connection) throws -> [String: DeviceState] {
        let rows = try connection.query(
            "SELECT device, \(columns) FROM edge_device_state"
        ) { ($0.text(0), state($0, from: 1)) }
        return Dictionary(rows) { first, _ in first }
    }

    static func put(
        _ state: DeviceState, of device: String, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO edge_device_state (device, \(columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (device) DO UPDATE SET
                last_seen_at = excluded.last_seen_at,
                last_observed_at = excluded.last_observed_at, messages = excluded.messages,
                refused = excluded.refused, last_refusal = excluded.last_refusal,
                last_refusal_at = excluded.last_refusal_at, quality = excluded.quality,
                battery = excluded.battery, rssi = excluded.rssi, snr = excluded.snr,
                frame_last = excluded.frame_last, frames_received = excluded.frames_received,
                frames_missing = excluded.frames_missing, unmapped = excluded.unmapped
            """,
            [
                .text(device), SQLValue(state.lastSeenAt?.microseconds),
                SQLValue(state.lastObservedAt?.microseconds), .integer(state.messages),
                .integer(state.refused), SQLValue(state.lastRefusal?.text),
                SQLValue(state.lastRefusalAt?.microseconds), .text(state.quality.rawValue),
                SQLValue(state.battery), SQLValue(state.rssi), SQLValue(state.snr),
                SQLValue(state.counter.last), .integer(state.counter.received),
                .integer(state.counter.missing),
                .text(JSONValue.array(state.unmapped.map(JSONValue.string)).text),
            ])
    }

    private static func state(_ row: any Row, from column: Int) -> DeviceState {
        func time(_ offset: Int) -> Timestamp? {
            row.optionalInteger(column + offset).map { Timestamp(microseconds: $0) }
        }
        var state = DeviceState()
        state.lastSeenAt = time(0)
        state.lastObservedAt = time(1)
        state.messages = row.integer(column + 2)
        state.refused = row.integer(column + 3)
        state.lastRefusal = row.optionalText(column + 4).map { DeviceRefusal.Told(text: $0) }
        state.lastRefusalAt = time(5)
        state.quality = Quality(rawValue: row.text(column + 6)) ?? .suspect
        state.battery = row.optionalReal(column + 7)
        state.rssi = row.optionalReal(column + 8)
        state.snr = row.optionalReal(column + 9)
        state.counter.last = row.optionalInteger(column + 10)
        state.counter.received = row.integer(column + 11)
        state.counter.missing = row.integer(column + 12)
        // Written by us as a list of texts; anything else is as good as none.
        let names = try? JSONValue(parsing: row.text(column + 13).utf8)
        state.unmapped = (names?.array ?? []).compactMap(\.string)
        return state
    }
}
