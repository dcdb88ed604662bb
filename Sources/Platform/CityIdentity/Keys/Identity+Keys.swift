package import CityKernel
package import CityStore
import Logging

// MARK: - Keys of devices and programs

extension Identity {
    /// The longest life of a key.
    package static let keyLifeMax = Duration.days(2 * 365)
    private static let keyUsedEvery = Duration.hours(1)

    /// - Parameter actor: who makes it; `nil` for the operator of the machine.
    /// - Throws: `IdentityError.forbidden`, `.unacceptable` for a name or a life out of bounds.
    package func createKey(
        name: String, scope: DeviceKey.Scope, expiresAt: Timestamp, by actor: Principal?
    ) async throws -> NewDeviceKey {
        try actor?.require(.manageKeys)
        let author = actor?.actor ?? "operator"
        return try await store.write { transaction in
            try self.createKey(
                name: name, scope: scope, expiresAt: expiresAt, author: author, in: transaction)
        }
    }

    /// `createKey` inside a transaction that another platform store has open, whose owner has
    /// checked the right to it.
    /// - Parameter author: who made it, as the audit names it.
    /// - Throws: `IdentityError.unacceptable`.
    package func createKey(
        name: String, scope: DeviceKey.Scope, expiresAt: Timestamp, author: String,
        in transaction: any Transaction
    ) throws -> NewDeviceKey {
        guard (1...IdentityConfiguration.displayNameCharactersMax).contains(name.count) else {
            throw IdentityError.unacceptable(field: "name", reason: "鍵の名前は1〜100字にしてください。")
        }
        let life = expiresAt.since(clock.now)
        guard life > .zero, life <= Self.keyLifeMax else {
            throw IdentityError.unacceptable(field: "expiresAt", reason: "鍵の期限は2年以内にしてください。")
        }
        let token = SecretToken(random: random)
        let key = try IdentityStore.addKey(
            token.hash, name: name, scope, expiresAt: expiresAt, in: transaction)
        try Identity.record(
            AuditEntry(
                actor: author, action: "key.create", noun: "key:\(key.id)",
                detail: "scope=\(scope.rawValue)"), in: transaction)
        return NewDeviceKey(token: token, key: key)
    }

    /// - Returns: `nil` when the key is unknown, revoked or expired.
    package func findKey(_ token: SecretToken) async throws -> DeviceKey? {
        let now = clock.now
        let hash = token.hash
        let found = try await store.read { try IdentityStore.findKey(hash, in: $0) }
        guard let key = found, key.revokedAt == nil, now < key.expiresAt else { return nil }
        if key.lastUsedAt.map({ now.since($0) >= Self.keyUsedEvery }) ?? true {
            try await store.write { try IdentityStore.touchKey(key.id, in: $0) }
        }
        return key
    }

    /// The key with this number, for who has shown something else that stands for it.
    /// - Returns: `nil` when it is unknown, revoked or expired.
    package func findKey(number: Int64) async throws -> DeviceKey? {
        let now = clock.now
        let found = try await store.read { try IdentityStore.findKey(number: number, in: $0) }
        guard let key = found, key.revokedAt == nil, now < key.expiresAt else { return nil }
        return key
    }

    /// - Throws: `IdentityError.unknownKey` when there is none or it was revoked already.
    package func revokeKey(_ id: Int64, by actor: Principal) async throws {
        try actor.require(.manageKeys)
        let name = actor.actor
        let isKnown = try await store.write { transaction in
            guard try IdentityStore.revokeKey(id, in: transaction) else { return false }
            try Identity.record(
                AuditEntry(actor: name, action: "key.revoke", noun: "key:\(id)"),
                in: transaction)
            return true
        }
        guard isKnown else { throw IdentityError.unknownKey }
    }

    /// The newest first, revoked ones too.
    package func listKeys() async throws -> [DeviceKey] {
        try await store.read { try IdentityStore.listKeys(in: $0) }
    }

    /// Who asks with this key or none.
    package func principal(key token: SecretToken?) async throws -> Principal {
        guard let token, let key = try await findKey(token) else { return .anyone }
        return .device(key)
    }
}
