import CityKernel
package import CityStore
import Logging
import ServiceLifecycle

/// Brings commands from the outbox to the device's topic.
package struct CommandSender: OutboxReceiver {
    package var kind: String { CommandDesk.outboxKind }

    private let desk: CommandDesk
    private let sender: MqttSender?

    /// - Parameter sender: `nil` when the city has no message server: commands then expire.
    package init(desk: CommandDesk, sender: MqttSender?) {
        self.desk = desk
        self.sender = sender
    }

    /// - Throws: `DeliveryError`; other errors are those of the store.
    package func deliver(_ message: QueuedMessage) async throws {
        guard let id = Int64(String(decoding: message.payload, as: UTF8.self)) else {
            throw DeliveryError.permanent("the message names no command")
        }
        try await deliver(id)
    }

    /// Returns once the server has the command, or when there is nothing to deliver any more.
    func deliver(_ id: Int64) async throws {
        guard let (command, known) = try await desk.deliverable(id) else { return }
        guard let sender else { throw DeliveryError.temporary("the city has no MQTT server") }
        guard let key = known.device.key ?? known.model.sharedKey else {
            throw DeliveryError.permanent("the device has no key")
        }
        let payload =
            known.model.speech == .ultraLight
            ? Array(UltraLight.command(command).utf8) : IotJSON.command(command).bytes
        do {
            try await sender.publish(
                IotTopic.commands(key: key, device: command.device), payload)
        } catch let error as MqttError {
            throw DeliveryError.temporary("\(error)")
        }
        try await desk.noteDelivered(command, known)
    }
}

/// Lets commands fail that nobody answered in time.
package struct CommandTimer: Service {
    static let interval = Duration.seconds(5)

    let desk: CommandDesk
    let clock: any CityClock
    let logger: Logger

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while true {
                try await self.clock.sleep(for: Self.interval)
                do {
                    try await self.desk.expire()
                } catch let error as StoreError {
                    logger.warning("commands not expired", metadata: ["error": "\(error)"])
                }
            }
        } onEnd: {
        }
    }
}
