/// Work that would keep others waiting: a call that was read at the door runs on the event loop of
/// many connections.
enum LongWork {
    /// Runs `body` on the global pool when it is about many entities, else where the caller is.
    static func run<Value: Sendable>(
        of entityCount: Int, _ body: () async throws -> Value
    ) async throws -> Value {
        guard entityCount > WebLimits.loopEntitiesMax else { return try await body() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await body()
        }
    }
}
