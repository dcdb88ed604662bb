package import CityKernel
import NIOPosix
import ServiceLifecycle

/// Publishes to an MQTT server with QoS 1; a call returns once the server has acknowledged.
///
/// The connection is made when the first message comes and made anew after a failure; messages of
/// all callers leave one after the other.
package final class MqttSender: Service {
    private static let restEvery = Duration.seconds(5)

    private let configuration: MqttConfiguration
    private let clock: any CityClock
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let line = Line()

    /// What only the one thread touches.
    ///
    /// Safety: read and written in closures of the pool, which has one thread.
    private final class Line: @unchecked Sendable {
        var outlet: MqttOutlet?
    }

    package init(_ configuration: MqttConfiguration, clock: any CityClock) {
        self.configuration = configuration
        self.clock = clock
        thread.start()
    }

    /// - Throws: `MqttError` when the server has not acknowledged; it may have the message all the
    ///   same. Any error of a pool that was shut down.
    package func publish(_ topic: String, _ payload: [UInt8]) async throws {
        let (configuration, line) = (configuration, line)
        try await thread.runIfActive {
            do {
                let outlet = try line.outlet ?? MqttOutlet(configuration)
                line.outlet = outlet
                try outlet.publish(topic, payload)
            } catch {
                line.outlet = nil
                throw error
            }
        }
    }

    /// Keeps an idle connection alive until shutdown.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while true {
                try await self.clock.sleep(for: Self.restEvery)
                let line = self.line
                try await self.thread.runIfActive {
                    do {
                        try line.outlet?.rest()
                    } catch {
                        // The next message makes a new connection.
                        line.outlet = nil
                    }
                }
            }
        } onEnd: {
            let line = line
            // Ending a pool that runs nothing cannot fail in a way that matters.
            try? await thread.runIfActive { line.outlet = nil }
            try? await thread.shutdownGracefully()
        }
    }
}
