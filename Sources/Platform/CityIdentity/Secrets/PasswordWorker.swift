import Dispatch
import Synchronization

/// Computes password hashes one after another on a thread of its own: scrypt is slow and hungry by
/// design, and must neither hold up the server's threads nor fill the memory.
final class PasswordWorker: Sendable {
    /// How many sign-ins may wait; one more is refused.
    static let waitingMax = 32

    private let queue = DispatchQueue(label: "cityos.identity.passwords")
    private let waiting = Mutex(0)

    /// - Throws: `IdentityError.busy`, or what `work` throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        let hasRoom = waiting.withLock { count in
            guard count < Self.waitingMax else { return false }
            count += 1
            return true
        }
        guard hasRoom else { throw IdentityError.busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Result(catching: work)) }
        }
    }
}
