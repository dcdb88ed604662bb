package import CityKernel

/// 同意の記録 (ISO/IEC TS 27560): one yes to one notice, and what became of it.
package struct ConsentRecord: Sendable, Hashable {
    /// How the yes came.
    package enum Way: String, Sendable, Hashable {
        /// By the person, signed in.
        case online
        /// On paper at the counter, entered by a clerk.
        case paper
        /// By a guardian, signed in.
        case guardian
    }

    package var id: Int64
    package var person: String
    package var purpose: String
    /// Of the notice that was read.
    package var version: String
    package var recipient: String
    package var kinds: [String]
    package var way: Way
    /// Who entered it: `resident:…` or `staff:…`.
    package var givenBy: String
    package var givenAt: Timestamp
    package var expiresAt: Timestamp
    package var withdrawnAt: Timestamp?
    /// When a newer yes to the same purpose took its place.
    package var replacedAt: Timestamp?

    package func holds(at now: Timestamp) -> Bool { state(at: now) == .given }

    package enum State: String, Sendable { case given, withdrawn, replaced, expired }

    package func state(at now: Timestamp) -> State {
        if withdrawnAt != nil { return .withdrawn }
        if replacedAt != nil { return .replaced }
        return now < expiresAt ? .given : .expired
    }
}

/// A receipt that the person keeps: the record with the notice it was given to, in the words of
/// ISO/IEC TS 27560.
package struct ConsentReceipt: Sendable {
    package var record: ConsentRecord
    /// The notice in the version that was read.
    package var notice: JSONValue

    /// - Parameter controller: the city's name.
    package func json(controller: String, at now: Timestamp) -> JSONValue {
        [
            "schema_version": "ISO/IEC TS 27560:2023",
            "record_id": .integer(record.id),
            "pii_principal_id": .string(record.person),
            "pii_controllers": [["party_name": .string(controller), "party_role": "controller"]],
            "processing": [
                [
                    "privacy_notice": notice,
                    "privacy_notice_version": .string(record.version),
                    "purpose": .string(record.purpose),
                    "lawful_basis": "consent",
                    "pii_categories": .array(record.kinds.map { .string($0) }),
                    "recipients": [.string(record.recipient)],
                    "retention_until": .string(record.expiresAt.iso8601Japan),
                ]
            ],
            "events": .array(events(at: now)),
        ]
    }

    private func events(at now: Timestamp) -> [JSONValue] {
        var events: [JSONValue] = [
            [
                "event_type": "given", "event_time": .string(record.givenAt.iso8601Japan),
                "event_way": .string(record.way.rawValue),
                "entity_id": .string(record.givenBy),
            ]
        ]
        if let end = record.withdrawnAt {
            events.append(["event_type": "withdrawn", "event_time": .string(end.iso8601Japan)])
        } else if let end = record.replacedAt {
            events.append(["event_type": "replaced", "event_time": .string(end.iso8601Japan)])
        } else if record.state(at: now) == .expired {
            events.append([
                "event_type": "expired", "event_time": .string(record.expiresAt.iso8601Japan),
            ])
        }
        return events
    }
}
