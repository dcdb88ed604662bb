import CityBroker
import CityKernel
import CityStore

// MARK: - Messages

extension DeviceRegister {
    /// The device that speaks, registered on the way when its model allows it.
    /// - Throws: `DeviceRefusal`.
    func speaker(
        _ id: String, key: String, at now: Timestamp
    ) throws(DeviceRefusal) -> (known: DeviceBook.Known, isNew: Bool) {
        do throws(DeviceRefusal) {
            return (try book.get(id, key: key, at: now), false)
        } catch .unknownDevice {
            guard book.find(id, at: now) == nil, PlainName.isPlain(id),
                let model = book.model(registeringBy: key, at: now),
                let entityID = EntityID("urn:ngsi-ld:\(model.entityType):\(cityID):\(id)"),
                // A name that no device may have is an unknown device.
                let device = try? Device(id: id, modelID: model.id, name: id, entityID: entityID)
            else { throw .unknownDevice }
            guard book.contents.devices.count < Self.devicesMax else { throw .tooManyDevices }
            return (DeviceBook.Known(device: device, model: model), true)
        }
    }

    /// Facts and health of one message.
    /// - Parameters:
    ///   - isNew: the device is registered in the same transaction.
    ///   - battery: 0…1, when it is not one of the measures.
    /// - Throws: `DeviceRefusal` when nothing of it can be used.
    func intake(
        _ all: [Measures], of known: DeviceBook.Known, isNew: Bool = false,
        battery: Double? = nil, at now: Timestamp
    ) throws(DeviceRefusal) -> Intake {
        guard all.reduce(0, { $0 + $1.values.count }) <= Measures.valuesMax else {
            throw .tooManyValues
        }
        var reading = DeviceReading(
            known: known, rules: rules, now: now, battery: battery)
        for measures in all { try reading.add(measures) }
        try reading.check()
        var intake = Intake(facts: reading.facts)
        intake.facts += healthFacts(reading)
        if isNew { intake.also.append(registering(known, at: now)) }
        let device = known.device.id
        let (quality, battery, unmapped) = (reading.quality, reading.battery, reading.unmapped)
        let (observedAt, radio) = (reading.newest, all.last?.radio)
        intake.also.append { transaction, _ in
            var state = try DeviceStore.find(device, in: transaction) ?? DeviceState()
            state.note(
                seenAt: now, observedAt: observedAt, quality: quality, battery: battery,
                radio: radio, unmapped: unmapped)
            try DeviceStore.put(state, of: device, in: transaction)
        }
        return intake
    }

    /// A message of a known device that is not believed: staff must see that it speaks in vain.
    func noting(
        _ refusal: DeviceRefusal, of device: String, radio: Radio? = nil, at now: Timestamp
    ) -> Intake {
        Intake(also: [
            { transaction, _ in
                var state = try DeviceStore.find(device, in: transaction) ?? DeviceState()
                state.note(refusal: refusal, at: now)
                if let frame = radio?.frameCounter { state.counter.note(frame) }
                try DeviceStore.put(state, of: device, in: transaction)
            }
        ])
    }

    private func registering(
        _ known: DeviceBook.Known, at now: Timestamp
    ) -> @Sendable (any Transaction, Broker) throws -> Void {
        let device = known.device
        return { [self] transaction, _ in
            try Self.write(device, validFrom: now, by: "edge/device", in: transaction)
            try provision(device, known.model, source: "edge/device", in: transaction)
            try transaction.notify(Self.channel, "")
            // Known at once in this process; a second message must not register it again.
            transaction.afterCommit { [book] in
                var contents = book.contents
                contents.devices[device.id] = device
                book.replace(contents)
            }
        }
    }

    private func healthFacts(_ reading: DeviceReading) -> [Fact] {
        let id = deviceEntityID(reading.known.device.id)
        func fact(_ name: String, _ value: Double?, _ unit: String?) -> Fact? {
            value.map {
                Fact(
                    id, type: "Device", name,
                    .property(.number($0), unitCode: unit, observedAt: reading.newest))
            }
        }
        return [
            fact("batteryLevel", reading.battery, nil), fact("rssi", reading.radio?.rssi, "DBM"),
            fact("snr", reading.radio?.snr, "2N"),
        ].compactMap { $0 }
    }

    /// Stores one message that came alone (HTTP), and returns once it is durable.
    func store(_ intake: Intake, source: String) async throws {
        let broker = broker
        try await store.write { transaction in
            try broker.apply(intake.facts, source: source, in: transaction)
            for step in intake.also { try step(transaction, broker) }
        }
    }
}
