import ServiceLifecycle

/// Runs `body` until it ends or a graceful shutdown cancels it, then `onEnd` in every case.
/// A cancellation is a good end; any other error is thrown on.
func cancelWhenGracefulShutdown(
    _ body: @escaping @Sendable () async throws -> Void, onEnd: () async -> Void
) async throws {
    do {
        try await cancelWhenGracefulShutdown { try await body() }
    } catch is CancellationError {
        // asked to end
    } catch {
        await onEnd()
        throw error
    }
    await onEnd()
}
