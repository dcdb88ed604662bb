import CityKernel
import CityStore

/// Transient entities and attributes (§4.22): they are deleted before the first read after their
/// end, so that no query needs to know of ends.
extension Broker {
    /// Ends that one transaction carries out.
    static let expiriesMax = 1_000

    /// Deletes what has ended. Every read and write begins with it; it costs a look into memory
    /// when nothing has.
    func expire() async throws {
        while true {
            switch expiries.look(at: now) {
            case .nothing: return
            case .unknown:
                let next = try await store.read { try ExpiryStore.first(in: $0) }
                expiries.learn(next, at: now, isComplete: false)
            case .due:
                let moment = now
                try await store.write { transaction in
                    _ = try self.write(source: "expiry", in: transaction) { work in
                        try work.expire(at: moment)
                    }
                }
            }
        }
    }
}

extension BrokerTransaction {
    func remind(at: Timestamp, _ key: AttributeKey) throws {
        try ExpiryStore.add(at, key, in: transaction)
        noteExpiry(at)
    }

    func remind(of attribute: Attribute, _ key: AttributeKey) throws {
        if let end = attribute.expiresAt { try remind(at: end, key) }
        for sub in attribute.subAttributes {
            if let end = sub.attribute.expiresAt { try remind(at: end, key) }
        }
    }

    func expire(at moment: Timestamp) throws {
        let due = try ExpiryStore.listDue(
            at: moment, limit: Broker.expiriesMax, in: transaction)
        for reminder in due {
            try ExpiryStore.remove(reminder, in: transaction)
            guard let id = try EntityStore.findID(reminder.key.entity, in: transaction) else {
                continue
            }
            if reminder.key.name == NameStore.none {
                try expireEntity(id)
            } else {
                try expire(reminder.key, of: id, at: moment)
            }
        }
        let next = try ExpiryStore.first(in: transaction)
        let book = broker.expiries
        let now = now
        transaction.afterCommit { book.learn(next, at: now, isComplete: true) }
    }

    private func expire(_ key: AttributeKey, of id: EntityID, at moment: Timestamp) throws {
        try forget(id)
        guard let columns = try AttributeStore.find(key, in: transaction) else { return }
        try touchTypes(of: id)
        var attribute = try columns.attribute(datasetID: nil)
        if let end = attribute.expiresAt, end <= moment {
            try remove(key, of: id, isRecorded: false)
            for at in try HistoryStore.deleteTransient(key, in: transaction) {
                rollUps.add(key, at: at, nil, isStale: true)
            }
            return
        }
        let count = attribute.subAttributes.count
        attribute.subAttributes.removeAll { $0.attribute.expiresAt.map { $0 <= moment } ?? false }
        guard attribute.subAttributes.count < count else { return }
        // The history keeps what was told.
        try settle(key, of: id)
        try AttributeStore.replace(
            key, with: AttributeColumns(attribute), at: now, in: transaction)
    }
}
