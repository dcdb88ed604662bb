import CityKernel

/// Threads that each hold one reading connection.
final class ReadPool: Sendable {
    /// Gets a connection, or why there is none.
    private typealias Job = @Sendable (Result<any ReaderSession, any Error>) -> Void

    private let line: WaitingLine<Job>
    private let queueMax: Int
    private let threads: [WorkThread]

    init(engine: any Engine, configuration: StoreConfiguration) {
        let line = WaitingLine<Job>(countMax: configuration.queueMax)
        self.line = line
        queueMax = configuration.queueMax
        threads = (0..<max(1, configuration.readersMax)).map { index in
            WorkThread(name: "city-reader-\(index)") {
                while !Self.serve(line, with: engine) {}
            }
        }
    }

    /// - Returns: `true` once the line is closed. Without a connection one job is told so, and the
    ///   next may have more luck.
    private static func serve(_ line: WaitingLine<Job>, with engine: any Engine) -> Bool {
        do {
            try engine.withReader { session in
                while let job = line.take(max: 1).first { job(.success(session)) }
            }
            return true
        } catch {
            guard let job = line.take(max: 1).first else { return true }
            job(.failure(error))
            return false
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { caller in
            do throws(WaitingLine<Job>.Refusal) {
                try line.append { session in
                    caller.resume(
                        with: Result {
                            var value: Value?
                            try session.get().withSnapshot { value = try body($0) }
                            guard let value else { preconditionFailure("a snapshot ran no body") }
                            return value
                        })
                }
            } catch {
                switch error {
                case .full: caller.resume(throwing: StoreError.busy(queueMax: queueMax))
                case .closed: caller.resume(throwing: StoreError.closed)
                }
            }
        }
    }

    func stop() { line.close() }

    func ended() async {
        for thread in threads { await thread.ended() }
    }
}
