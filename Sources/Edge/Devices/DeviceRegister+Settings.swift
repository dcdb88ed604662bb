import CityBroker
import CityIdentity
package import CityKernel
import CityStore

// MARK: - Settings

extension DeviceRegister {
    /// - Parameters:
    ///   - author: as the audit names people.
    ///   - validFrom: `nil` for now.
    /// - Throws: `Problem` when the type belongs to another service or the register is full.
    package func keep(
        _ model: DeviceModel, by author: String, validFrom: Timestamp? = nil
    ) async throws {
        try types.check(model.entityType)
        let isFull = book.contents.models.count >= Self.modelsMax
        guard book.contents.models[model.id] != nil || !isFull else { throw Self.full }
        let from = validFrom ?? clock.now
        try await store.write { transaction in
            let number = try EditionStore.add(
                .deviceModel, model.id, body: model.json, validFrom: from, by: author,
                in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: author, action: "device-model.keep", noun: "device-model:\(model.id)",
                    detail: "edition \(number)"), in: transaction)
            try transaction.notify(Self.channel, "")
        }
        try await load()
    }

    /// - Throws: `Problem` when the model is not known, the entity is of a type that belongs to another
    ///   service, or the register is full.
    package func keep(_ device: Device, by author: String) async throws {
        guard let model = book.contents.model(device.modelID, at: clock.now) else {
            throw SettingFault.problem(
                "model", "機種 \(device.modelID) がありません", remedy: "先に機種を登録してください。")
        }
        guard device.key ?? model.sharedKey != nil || model.speech == .lorawan else {
            throw SettingFault.problem(
                "key", "装置にも機種にも鍵がありません", remedy: "装置の鍵を作ってください。")
        }
        let isFull = book.contents.devices.count >= Self.devicesMax
        guard book.contents.devices[device.id] != nil || !isFull else { throw Self.full }
        let now = clock.now
        try await store.write { transaction in
            try Self.write(device, validFrom: now, by: author, in: transaction)
            try self.provision(device, model, source: author, in: transaction)
            try transaction.notify(Self.channel, "")
        }
        try await load()
    }

    static func write(
        _ device: Device, validFrom: Timestamp, by author: String, in transaction: any Transaction
    ) throws {
        let number = try EditionStore.add(
            .device, device.id, body: device.json, validFrom: validFrom, by: author,
            in: transaction)
        try Identity.record(
            AuditEntry(
                actor: author, action: "device.keep", noun: "device:\(device.id)",
                detail: "edition \(number)"), in: transaction)
    }

    /// What provisioning says: the device itself, and idle commands on its thing where none are yet.
    func provision(
        _ device: Device, _ model: DeviceModel, source: String, in transaction: any Transaction
    ) throws {
        let id = deviceEntityID(device.id)
        func fact(_ name: String, _ attribute: Attribute) -> Fact {
            Fact(id, type: "Device", name, attribute)
        }
        try broker.write(source: source, in: transaction) { work in
            try work.apply([
                fact("name", .property(.string(device.name))),
                fact("deviceState", .property(.string(device.isActive ? "ACTIVE" : "RETIRED"))),
                fact("controlledAsset", .relationship(device.entityID)),
            ])
            let thing = try work.entity(device.entityID)
            for command in model.commands where thing?[command + "_status"] == nil {
                try work.apply(
                    CommandState.idle.facts(of: device, model, command: command, at: work.now))
            }
        }
    }

    private static var full: Problem {
        Problem(
            .tooLarge, title: "The register of devices is full",
            detail: "It holds \(devicesMax) devices and \(modelsMax) models.",
            remedy: "Retire devices that are not used any more.")
    }
}
