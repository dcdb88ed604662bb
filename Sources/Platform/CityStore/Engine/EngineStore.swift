import CityKernel
import Logging
import Synchronization

/// The `Store` over either engine: one writer, some readers, one board of listeners.
final class EngineStore: Store {
    private let engine: any Engine
    private let writer: GroupWriter
    private let readers: ReadPool
    private let healthBook: HealthBook
    private let clock: any CityClock
    private let isClosed = Mutex(false)

    init(
        engine: any Engine, configuration: StoreConfiguration, health: HealthBook,
        clock: any CityClock, logger: Logger
    ) {
        self.engine = engine
        self.clock = clock
        healthBook = health
        writer = GroupWriter(
            engine: engine, configuration: configuration, health: healthBook, clock: clock,
            logger: logger)
        readers = ReadPool(engine: engine, configuration: configuration)
        engine.startListening()
    }

    deinit {
        writer.stop()
        readers.stop()
    }

    var location: StoreLocation { engine.location }

    var health: StoreHealth {
        var health = healthBook.health
        health.waitingWrites = writer.waitingWrites
        return health
    }

    func migrate(_ migrations: [Migration]) async throws {
        try await Migrator(dialect: engine.dialect, clock: clock).migrate(self, migrations)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { caller in
            writer.submit(PendingWriteOf(body, caller: caller))
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try await readers.read(body)
    }

    func listen(to channel: String) -> AsyncStream<String> {
        engine.board.listen(to: channel)
    }

    func backUp(to path: String, progress: @escaping @Sendable (Double) -> Void) async throws {
        let engine = engine
        try await onThread("city-backup") { try engine.backUp(to: path, progress: progress) }
    }

    func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        writer.stop()
        readers.stop()
        await writer.ended()
        await readers.ended()
        guard isFirst else { return }
        await engine.close()
        engine.board.close()
        healthBook.enterClosed()
    }
}

/// Runs blocking work on a thread of its own, off the cooperative pool.
func onThread<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { caller in
        _ = WorkThread(name: name) { caller.resume(with: Result { try body() }) }
    }
}
