package import CityBroker
package import CityKernel
import CityStore

/// Commands to devices from the attribute that asks for them to the device's answer.
///
/// A write to a command's attribute becomes a row and an outbox message in the same commit, whoever
/// writes it; delivery is at least once and in order per device. A command that is too old is never
/// carried out late: it fails.
package final class CommandDesk: Sendable {
    static let outboxKind = "edge.command"
    static let infoCharactersMax = 500
    /// Commands that a device gets in one answer.
    static let pollMax = 20
    static let expiredMax = 500

    let register: DeviceRegister
    private var clock: any CityClock { register.clock }
    private var broker: Broker { register.broker }

    package init(register: DeviceRegister) { self.register = register }
}

// MARK: - Asking

extension CommandDesk: ChangeFollower {
    package func follows(_ id: EntityID) -> Bool { register.book.takesCommands(id) }

    package func follow(
        _ id: EntityID, attributes: Set<String>, in work: BrokerTransaction
    ) throws {
        for known in register.book.commanded(by: id, at: work.now) {
            for name in known.model.commands where attributes.contains(name) {
                guard let value = try work.entity(id)?[name]?.value,
                    value != CommandState.emptySlot
                else { continue }
                try ask(name, value, of: known, in: work)
            }
        }
    }

    private func ask(
        _ name: String, _ value: JSONValue, of known: DeviceBook.Known,
        in work: BrokerTransaction
    ) throws {
        let expiresAt = work.now + .seconds(known.model.commandSecondsMax)
        let id = try CommandStore.add(
            name, value, to: known.device.id, expiresAt: expiresAt, in: work.transaction)
        if known.model.pushesCommands {
            try work.transaction.send(
                OutboxMessage(
                    kind: Self.outboxKind, receiver: known.device.id,
                    idempotencyKey: "command-\(id)", payload: Array(String(id).utf8)))
        }
        try work.apply(
            CommandState(status: .pending, info: "", emptiesSlot: false).facts(
                of: known.device, known.model, command: name, at: work.now))
    }
}

// MARK: - Delivering and answering

extension CommandDesk {
    /// - Returns: `nil` when there is nothing to deliver any more: answered, expired or withdrawn.
    func deliverable(_ id: Int64) async throws -> (Command, DeviceBook.Known)? {
        let command = try await register.store.read { try CommandStore.find(id, in: $0) }
        guard let command, command.status == .pending,
            let known = register.book.find(command.device, at: clock.now),
            known.device.isActive
        else { return nil }
        guard clock.now < command.expiresAt else { return nil }
        return (command, known)
    }

    /// The message is with the server, or in the answer to the device.
    func noteDelivered(_ command: Command, _ known: DeviceBook.Known) async throws {
        try await register.store.write { transaction in
            try self.deliver(command, known, in: transaction)
        }
    }

    /// Whoever should bring it to the device refuses it.
    func noteRefused(
        _ command: Command, _ known: DeviceBook.Known, info: String
    ) async throws {
        try await register.store.write { transaction in
            guard try CommandStore.find(command.id, in: transaction)?.status == .pending else {
                return
            }
            try self.settle(command, known, .failed, info: info, in: transaction)
        }
    }

    /// What a network server says of the downlink that it sent last: it sends one after the other.
    /// - Returns: whether a command waited for that.
    @discardableResult
    func acknowledge(_ device: String, isDone: Bool, info: String) async throws -> Bool {
        try await register.store.write { transaction in
            guard let known = self.register.book.find(device, at: transaction.now),
                let command = try CommandStore.findDelivered(of: device, in: transaction)
            else { return false }
            try self.settle(
                command, known, isDone ? .done : .failed,
                info: String(info.prefix(Self.infoCharactersMax)), in: transaction)
            return true
        }
    }

    /// What waits for a device that asks; it counts as delivered with the commit of this.
    func take(for known: DeviceBook.Known) async throws -> [Command] {
        try await register.store.write { transaction in
            let waiting = try CommandStore.listPending(
                of: known.device.id, limit: Self.pollMax, in: transaction
            ).filter { transaction.now < $0.expiresAt }
            for command in waiting { try self.deliver(command, known, in: transaction) }
            return waiting
        }
    }

    private func deliver(
        _ command: Command, _ known: DeviceBook.Known, in transaction: any Transaction
    ) throws {
        // The device may have answered before we heard that the server has the message.
        guard try CommandStore.find(command.id, in: transaction)?.status == .pending else {
            return
        }
        try settle(command, known, .delivered, info: "", in: transaction)
    }

    /// What a device says of its command, to commit with the rest of its message.
    func answering(
        _ name: String, _ result: JSONValue, of known: DeviceBook.Known
    ) -> @Sendable (any Transaction, Broker) throws -> Void {
        { [self] transaction, _ in
            let device = known.device.id
            var state = try DeviceStore.find(device, in: transaction) ?? DeviceState()
            state.lastSeenAt = max(state.lastSeenAt ?? transaction.now, transaction.now)
            if let command = try CommandStore.findOpen(name, of: device, in: transaction) {
                let (status, info) = Self.judge(result)
                try settle(command, known, status, info: info, in: transaction)
            } else {
                state.note(refusal: .noSuchCommand(name), at: transaction.now)
            }
            try DeviceStore.put(state, of: device, in: transaction)
        }
    }

    /// A device that failed says so by a text that begins with ERROR, or by an object with `error`.
    private static func judge(_ result: JSONValue) -> (CommandStatus, String) {
        let words = String((result.string ?? result.text).prefix(infoCharactersMax))
        let isFailure = result["error"] != nil || words.uppercased().hasPrefix("ERROR")
        return (isFailure ? .failed : .done, words)
    }

    /// Commands that nobody answered in time have failed.
    /// - Returns: how many.
    @discardableResult
    package func expire() async throws -> Int {
        try await register.store.write { transaction in
            let expired = try CommandStore.listExpired(
                at: transaction.now, limit: Self.expiredMax, in: transaction)
            for command in expired {
                guard let known = self.register.book.find(command.device, at: transaction.now)
                else {
                    try CommandStore.set(
                        command.id, .failed, info: "装置がありません", in: transaction)
                    continue
                }
                try self.settle(
                    command, known, .failed,
                    info: command.status == .pending
                        ? "期限までに届けられませんでした" : "期限までに返事がありません",
                    in: transaction)
            }
            return expired.count
        }
    }

    private func settle(
        _ command: Command, _ known: DeviceBook.Known, _ status: CommandStatus, info: String,
        in transaction: any Transaction
    ) throws {
        try CommandStore.set(command.id, status, info: info, in: transaction)
        try broker.apply(
            CommandState(status: status, info: info, emptiesSlot: true).facts(
                of: known.device, known.model, command: command.name, at: transaction.now),
            source: "edge/command", in: transaction)
    }
}
