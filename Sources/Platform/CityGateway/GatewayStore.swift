import CityKernel
import CityStore

/// The SQL of the gateway. Every function is one statement.
enum GatewayStore {
    static let listMax = 500
}

// MARK: - Requests

extension GatewayStore {
    private static let requestColumns = """
        id, name, organisation, contact, purpose, products, state, asked_at, decided_at, answer,
        consumer_id
        """

    static func addRequest(
        _ request: AccessRequest, _ hash: [UInt8], in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO gateway_request
                (token_hash, name, organisation, contact, purpose, products, state, asked_at, answer)
            VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, '')
            """,
            [
                .blob(hash), .text(request.name), .text(request.organisation),
                .text(request.contact), .text(request.purpose),
                .text(request.products.joined(separator: " ")),
                .integer(transaction.now.microseconds),
            ])
    }

    static func countWaiting(in connection: any Connection) throws -> Int {
        try connection.first("SELECT COUNT(*) FROM gateway_request WHERE state = 'waiting'") {
            $0.int(0)
        } ?? 0
    }

    static func findRequest(
        hash: [UInt8], in connection: any Connection
    ) throws -> AccessRequest? {
        try connection.first(
            "SELECT \(requestColumns) FROM gateway_request WHERE token_hash = $1", [.blob(hash)]
        ) { request($0) }
    }

    static func findRequest(_ id: Int64, in connection: any Connection) throws -> AccessRequest? {
        try connection.first(
            "SELECT \(requestColumns) FROM gateway_request WHERE id = $1", [.integer(id)]
        ) { request($0) }
    }

    /// Waiting ones, the oldest first.
    static func listWaiting(in connection: any Connection) throws -> [AccessRequest] {
        try connection.query(
            """
            SELECT \(requestColumns) FROM gateway_request WHERE state = 'waiting' ORDER BY id
            LIMIT $1
            """, [SQLValue(listMax)]
        ) { request($0) }
    }

    /// - Returns: `false` when it was not in that state any more.
    static func setRequest(
        _ id: Int64, from: AccessRequest.State, to: AccessRequest.State, answer: String,
        consumerID: Int64?, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE gateway_request SET state = $3, answer = $4, consumer_id = $5, decided_at = $6
            WHERE id = $1 AND state = $2
            """,
            [
                .integer(id), .text(from.rawValue), .text(to.rawValue), .text(answer),
                SQLValue(consumerID), .integer(transaction.now.microseconds),
            ]) == 1
    }

    private static func request(_ row: any Row) -> AccessRequest {
        var request = AccessRequest(
            stored: row.text(1), organisation: row.text(2), contact: row.text(3),
            purpose: row.text(4))
        request.id = row.integer(0)
        request.products = row.text(5).split(separator: " ").map(String.init)
        request.state = AccessRequest.State(rawValue: row.text(6)) ?? .refused
        request.askedAt = Timestamp(microseconds: row.integer(7))
        request.decidedAt = row.optionalInteger(8).map { Timestamp(microseconds: $0) }
        request.answer = row.text(9)
        request.consumerID = row.optionalInteger(10)
        return request
    }
}

// MARK: - Consumers

extension GatewayStore {
    static func addConsumer(
        _ request: AccessRequest, in transaction: any Transaction
    ) throws -> Int64 {
        try addConsumer(
            request.name, organisation: request.organisation, contact: request.contact,
            in: transaction)
    }

    static func addConsumer(
        _ name: String, organisation: String, contact: String, in transaction: any Transaction
    ) throws -> Int64 {
        let id = try transaction.first(
            """
            INSERT INTO gateway_consumer (name, organisation, contact, created_at)
            VALUES ($1, $2, $3, $4) RETURNING id
            """,
            [
                .text(name), .text(organisation), .text(contact),
                .integer(transaction.now.microseconds),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return id
    }

    static func addNeighbour(
        _ id: String, _ consumerID: Int64, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO gateway_neighbour (id, consumer_id) VALUES ($1, $2)",
            [.text(id), .integer(consumerID)])
    }

    static func findConsumerID(
        ofNeighbour id: String, in connection: any Connection
    ) throws -> Int64? {
        try connection.first(
            "SELECT consumer_id FROM gateway_neighbour WHERE id = $1", [.text(id)]
        ) { $0.integer(0) }
    }

    static func findConsumer(_ id: Int64, in connection: any Connection) throws -> Consumer? {
        try connection.first(
            """
            SELECT id, name, organisation, contact, created_at FROM gateway_consumer
            WHERE id = $1
            """, [.integer(id)]
        ) { consumer($0) }
    }

    static func listConsumers(in connection: any Connection) throws -> [Consumer] {
        try connection.query(
            """
            SELECT id, name, organisation, contact, created_at FROM gateway_consumer
            ORDER BY id DESC LIMIT $1
            """, [SQLValue(listMax)]
        ) { consumer($0) }
    }

    private static func consumer(_ row: any Row) -> Consumer {
        Consumer(
            id: row.integer(0), name: row.text(1), organisation: row.text(2),
            contact: row.text(3), createdAt: Timestamp(microseconds: row.integer(4)))
    }

    static func addKey(
        _ keyID: Int64, of consumerID: Int64, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO gateway_key (key_id, consumer_id) VALUES ($1, $2)",
            [.integer(keyID), .integer(consumerID)])
    }

    static func findConsumerID(
        ofKey id: Int64, in connection: any Connection
    ) throws -> Int64? {
        try connection.first(
            "SELECT consumer_id FROM gateway_key WHERE key_id = $1", [.integer(id)]
        ) { $0.integer(0) }
    }

    static func listKeyIDs(of consumerID: Int64, in connection: any Connection) throws -> [Int64] {
        try connection.query(
            "SELECT key_id FROM gateway_key WHERE consumer_id = $1 ORDER BY key_id DESC",
            [.integer(consumerID)]
        ) { $0.integer(0) }
    }

    // MARK: Subscriptions

    /// Begins a subscription, or takes an ended one up again on this plan.
    static func subscribe(
        _ consumerID: Int64, _ product: String, _ plan: RatePlan,
        in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO gateway_subscription (consumer_id, product, plan, since)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (consumer_id, product) DO UPDATE SET plan = $3, ended_at = NULL
            """,
            [
                .integer(consumerID), .text(product), .text(plan.rawValue),
                .integer(transaction.now.microseconds),
            ])
    }

    /// - Returns: `false` when there is none that holds.
    static func endSubscription(
        _ consumerID: Int64, _ product: String, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE gateway_subscription SET ended_at = $3
            WHERE consumer_id = $1 AND product = $2 AND ended_at IS NULL
            """,
            [
                .integer(consumerID), .text(product), .integer(transaction.now.microseconds),
            ]) == 1
    }

    static func listSubscriptions(
        of consumerID: Int64, in connection: any Connection
    ) throws -> [ProductSubscription] {
        try connection.query(
            """
            SELECT product, plan, since, ended_at FROM gateway_subscription
            WHERE consumer_id = $1 ORDER BY product
            """, [.integer(consumerID)]
        ) { row in
            ProductSubscription(
                consumerID: consumerID, product: row.text(0),
                plan: RatePlan(rawValue: row.text(1)) ?? .standard,
                since: Timestamp(microseconds: row.integer(2)),
                endedAt: row.optionalInteger(3).map { Timestamp(microseconds: $0) })
        }
    }
}

// MARK: - Usage

extension GatewayStore {
    static func addUsage(
        _ usage: Usage, to key: Usage.Key, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO gateway_usage AS u
                (consumer_id, product, day, calls, refused, failed, microseconds,
                 microseconds_max)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (consumer_id, product, day) DO UPDATE SET
                calls = u.calls + $4, refused = u.refused + $5, failed = u.failed + $6,
                microseconds = u.microseconds + $7,
                microseconds_max =
                    CASE WHEN u.microseconds_max > $8 THEN u.microseconds_max ELSE $8 END
            """,
            [
                .integer(key.consumerID), .text(key.product), SQLValue(key.day),
                .integer(usage.calls), .integer(usage.refused), .integer(usage.failed),
                .integer(usage.microseconds), .integer(usage.microsecondsMax),
            ])
    }

    static func callsToday(
        _ key: Usage.Key, in connection: any Connection
    ) throws -> Int {
        try connection.first(
            """
            SELECT calls FROM gateway_usage
            WHERE consumer_id = $1 AND product = $2 AND day = $3
            """, [.integer(key.consumerID), .text(key.product), SQLValue(key.day)]
        ) { $0.int(0) } ?? 0
    }

    static func listUsage(
        of consumerID: Int64, from day: Int, in connection: any Connection
    ) throws -> [(key: Usage.Key, usage: Usage)] {
        try connection.query(
            """
            SELECT product, day, calls, refused, failed, microseconds, microseconds_max
            FROM gateway_usage WHERE consumer_id = $1 AND day >= $2 ORDER BY product, day
            """, [.integer(consumerID), SQLValue(day)]
        ) { row in
            var usage = Usage()
            usage.calls = row.integer(2)
            usage.refused = row.integer(3)
            usage.failed = row.integer(4)
            usage.microseconds = row.integer(5)
            usage.microsecondsMax = row.integer(6)
            return (
                Usage.Key(consumerID: consumerID, product: row.text(0), day: row.int(1)), usage
            )
        }
    }
}
