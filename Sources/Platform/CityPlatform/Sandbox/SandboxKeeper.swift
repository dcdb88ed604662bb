package import CityKernel
package import Logging
import ServiceLifecycle

/// Puts the practice city back every night, once somebody has used it.
package struct SandboxKeeper: Service {
    private let practice: PracticeCity
    private let clock: any CityClock
    private let logger: Logger

    package init(practice: PracticeCity, clock: any CityClock, logger: Logger) {
        self.practice = practice
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.wait(from: clock.now))
                    try await practice.resetIfMade()
                } catch is CancellationError {
                    return
                } catch {
                    // The next night tries again.
                    logger.error(
                        "the practice city is not put back", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Until the next hour of resetting, Japan's time.
    static func wait(from now: Timestamp) -> Duration {
        let day: Int64 = 86_400
        let seconds = now.microseconds / 1_000_000 + Int64(CivilTime.japanOffsetSeconds)
        let since = (seconds - Int64(PracticeCity.resetHour) * 3_600) % day
        return .seconds(day - (since + day) % day)
    }
}
