import CityKernel
import CityStore

/// Rows of `identity_representation` and `identity_mandate_offer`. Every function is one statement.
enum RepresentationStore {
    private static let columns =
        "id, ground, agent_id, subject_id, matters, since, ends_at, ended_at, nickname"

    static func add(
        _ right: Representation, madeBy maker: String, in transaction: any Transaction
    ) throws -> Int64 {
        let id = try transaction.first(
            """
            INSERT INTO identity_representation
                (ground, agent_id, subject_id, matters, since, ends_at, made_by, nickname)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
            """,
            [
                .text(right.ground.rawValue), .text(right.agentID), .text(right.subjectID),
                .text(text(of: right.matters)), .integer(right.since.microseconds),
                .integer(right.endsAt.microseconds), .text(maker), .text(right.nickname),
            ]
        ) { $0.integer(0) }
        guard let id else { preconditionFailure("INSERT … RETURNING gives a row") }
        return id
    }

    static func find(_ id: Int64, in connection: any Connection) throws -> Representation? {
        try connection.first(
            "SELECT \(columns) FROM identity_representation WHERE id = $1", [.integer(id)]
        ) { right($0) }
    }

    /// Where the person acts or is acted for, the newest first.
    static func list(
        of residentID: String, in connection: any Connection
    ) throws -> [Representation] {
        try connection.query(
            """
            SELECT \(columns) FROM identity_representation
            WHERE agent_id = $1 OR subject_id = $1 ORDER BY id DESC LIMIT $2
            """, [.text(residentID), SQLValue(IdentityConfiguration.listMax)]
        ) { right($0) }
    }

    static func list(
        of agentID: String, for subjectID: String, in connection: any Connection
    ) throws -> [Representation] {
        try connection.query(
            """
            SELECT \(columns) FROM identity_representation
            WHERE agent_id = $1 AND subject_id = $2 AND ended_at IS NULL ORDER BY id DESC LIMIT $3
            """,
            [.text(agentID), .text(subjectID), SQLValue(IdentityConfiguration.listMax)]
        ) { right($0) }
    }

    /// - Returns: `false` when the agent has no such right.
    static func setNickname(
        _ name: String, of id: Int64, agent: String, in transaction: any Transaction
    ) throws -> Bool {
        try transaction.execute(
            "UPDATE identity_representation SET nickname = $3 WHERE id = $1 AND agent_id = $2",
            [.integer(id), .text(agent), .text(name)]) == 1
    }

    /// - Returns: `false` when it had ended already.
    static func end(_ id: Int64, in transaction: any Transaction) throws -> Bool {
        try transaction.execute(
            "UPDATE identity_representation SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
            [.integer(id), .integer(transaction.now.microseconds)]) == 1
    }

    static func endAll(of residentID: String, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            UPDATE identity_representation SET ended_at = $2
            WHERE (agent_id = $1 OR subject_id = $1) AND ended_at IS NULL
            """, [.text(residentID), .integer(transaction.now.microseconds)])
    }

    // MARK: Offers

    struct Offer {
        var subjectID: String
        var matters: Set<Representation.Matter>
        var endsAt: Timestamp
        var expiresAt: Timestamp
    }

    static func keep(
        _ offer: Offer, _ hash: [UInt8], in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO identity_mandate_offer (secret_hash, subject_id, matters, ends_at, expires_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .blob(hash), .text(offer.subjectID), .text(text(of: offer.matters)),
                .integer(offer.endsAt.microseconds), .integer(offer.expiresAt.microseconds),
            ])
    }

    static func findOffer(_ hash: [UInt8], in connection: any Connection) throws -> Offer? {
        try connection.first(
            """
            SELECT subject_id, matters, ends_at, expires_at FROM identity_mandate_offer
            WHERE secret_hash = $1
            """, [.blob(hash)]
        ) { row in
            Offer(
                subjectID: row.text(0), matters: matters(of: row.text(1)),
                endsAt: Timestamp(microseconds: row.integer(2)),
                expiresAt: Timestamp(microseconds: row.integer(3)))
        }
    }

    static func takeOffer(_ hash: [UInt8], in transaction: any Transaction) throws -> Bool {
        try transaction.execute(
            "DELETE FROM identity_mandate_offer WHERE secret_hash = $1", [.blob(hash)]) == 1
    }

    /// What ran out, and of one person all but the newest `count`.
    static func forgetOffers(
        of subjectID: String, keeping count: Int, in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            DELETE FROM identity_mandate_offer WHERE expires_at <= $1 OR (subject_id = $2
                AND secret_hash NOT IN (
                    SELECT secret_hash FROM identity_mandate_offer WHERE subject_id = $2
                    ORDER BY expires_at DESC, secret_hash LIMIT $3))
            """,
            [.integer(transaction.now.microseconds), .text(subjectID), SQLValue(count)])
    }

    // MARK: Texts

    private static func text(of matters: Set<Representation.Matter>) -> String {
        matters.sorted().map(\.rawValue).joined(separator: " ")
    }

    private static func matters(of text: String) -> Set<Representation.Matter> {
        Set(text.split(separator: " ").compactMap { .init(rawValue: String($0)) })
    }

    private static func right(_ row: any Row) -> Representation {
        Representation(
            id: row.integer(0), ground: .init(rawValue: row.text(1)) ?? .proxy,
            agentID: row.text(2), subjectID: row.text(3), matters: matters(of: row.text(4)),
            since: Timestamp(microseconds: row.integer(5)),
            endsAt: Timestamp(microseconds: row.integer(6)),
            endedAt: row.optionalInteger(7).map { Timestamp(microseconds: $0) },
            nickname: row.text(8))
    }
}
