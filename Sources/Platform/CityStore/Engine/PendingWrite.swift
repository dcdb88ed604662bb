// Safety: after it was queued, only the writer's thread touches it.
/// A write that waits for its commit.
class PendingWrite: @unchecked Sendable {
    /// Runs the body and keeps its value until `answer`.
    func run(in transaction: WriteTransaction) throws { preconditionFailure("a subclass runs") }
    /// Resumes the caller: with the value, or with `error`.
    func answer(_ error: (any Error)?) { preconditionFailure("a subclass answers") }
}

// Safety: as above.
final class PendingWriteOf<Value: Sendable>: PendingWrite, @unchecked Sendable {
    private let body: @Sendable (any Transaction) throws -> Value
    private let caller: CheckedContinuation<Value, any Error>
    private var value: Value?

    init(
        _ body: @escaping @Sendable (any Transaction) throws -> Value,
        caller: CheckedContinuation<Value, any Error>
    ) {
        self.body = body
        self.caller = caller
    }

    override func run(in transaction: WriteTransaction) throws { value = try body(transaction) }

    override func answer(_ error: (any Error)?) {
        if let error { return caller.resume(throwing: error) }
        guard let value else { preconditionFailure("a write is answered before it ran") }
        caller.resume(returning: value)
    }
}
