import CityKernel
import CityStore
import Crypto

/// Counts attempts before they are answered, so that many guesses at once do not slip through.
struct AttemptGuard: Sendable {
    let policy: AttemptPolicy
    private let buckets: [(bucket: [UInt8], free: Int)]

    init(_ policy: AttemptPolicy, login: String, address: String) {
        self.policy = policy
        buckets = [
            (Self.bucket("login", login, address), policy.freeForLogin),
            (Self.bucket("address", address), policy.freeForAddress),
        ]
    }

    /// Takes one attempt as if it would fail.
    /// - Returns: how long to wait before it may be made; `nil` when it may be made now.
    func take(in transaction: any Transaction) throws -> Duration? {
        let now = transaction.now
        let known = try buckets.map { try IdentityStore.findAttempt($0.bucket, in: transaction) }
        let wait = known.compactMap { $0?.blockedUntil.since(now) }.max() ?? .zero
        guard wait <= .zero else { return wait }
        for (record, (bucket, free)) in zip(known, buckets) {
            let isFresh = record.map { now.since($0.lastAt) < policy.memory } ?? false
            let failures = (isFresh ? record?.failures ?? 0 : 0) + 1
            let blockedUntil = now + policy.wait(afterFailures: failures, free: free)
            try IdentityStore.keepAttempt(
                bucket, AttemptRecord(failures: failures, lastAt: now, blockedUntil: blockedUntil),
                in: transaction)
        }
        try IdentityStore.forgetAttempts(before: now - policy.memory, in: transaction)
        return nil
    }

    /// The attempt was right: its login starts anew here. The address gets back only this attempt,
    /// so that one known password does not open the way for guessing others.
    func forgive(in transaction: any Transaction) throws {
        try IdentityStore.forgetAttempt(buckets[0].bucket, in: transaction)
        guard var record = try IdentityStore.findAttempt(buckets[1].bucket, in: transaction) else {
            return
        }
        record.failures = max(record.failures - 1, 0)
        record.blockedUntil = transaction.now
        try IdentityStore.keepAttempt(buckets[1].bucket, record, in: transaction)
    }

    /// A hash, so that the table holds neither logins nor addresses.
    private static func bucket(_ parts: String...) -> [UInt8] {
        Array(SHA256.hash(data: Array(parts.joined(separator: "\0").utf8)))
    }
}
