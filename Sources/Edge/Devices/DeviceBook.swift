import CityKernel
import Synchronization

/// The devices and models that hold now, in memory: asked for every message.
final class DeviceBook: Sendable {
    struct Known: Sendable, Hashable {
        var device: Device
        var model: DeviceModel
    }

    struct Contents: Sendable {
        var models: [String: [Edition<DeviceModel>]] = [:]
        var devices: [String: Device] = [:]

        func model(_ id: String, at now: Timestamp) -> DeviceModel? {
            models[id]?.edition(at: now)?.value
        }
    }

    private struct State {
        var contents = Contents()
        /// Devices that take commands, by the entity that carries them.
        var commanded: [EntityID: [String]] = [:]
    }

    private let state = Mutex(State())

    var contents: Contents { state.withLock { $0.contents } }

    func replace(_ contents: Contents) {
        var commanded: [EntityID: [String]] = [:]
        for device in contents.devices.values where device.isActive {
            let takesCommands =
                contents.models[device.modelID]?.contains { !$0.value.commands.isEmpty } ?? false
            if takesCommands { commanded[device.entityID, default: []].append(device.id) }
        }
        state.withLock { $0 = State(contents: contents, commanded: commanded) }
    }

    // MARK: - Finding

    func find(_ id: String, at now: Timestamp) -> Known? {
        state.withLock { state in
            guard let device = state.contents.devices[id],
                let model = state.contents.model(device.modelID, at: now)
            else { return nil }
            return Known(device: device, model: model)
        }
    }

    /// - Throws: `DeviceRefusal` when the device is not known under this key or is retired.
    func get(_ id: String, key: String, at now: Timestamp) throws(DeviceRefusal) -> Known {
        guard let known = find(id, at: now), key == known.device.key ?? known.model.sharedKey
        else { throw .unknownDevice }
        guard known.device.isActive else { throw .retired }
        return known
    }

    /// The model that lets unknown devices in by this key.
    func model(registeringBy key: String, at now: Timestamp) -> DeviceModel? {
        state.withLock { state in
            for editions in state.contents.models.values {
                if let model = editions.edition(at: now)?.value, model.registersUnknown,
                    model.sharedKey == key
                {
                    return model
                }
            }
            return nil
        }
    }

    func takesCommands(_ entity: EntityID) -> Bool {
        state.withLock { $0.commanded[entity] != nil }
    }

    func commanded(by entity: EntityID, at now: Timestamp) -> [Known] {
        let ids = state.withLock { $0.commanded[entity] ?? [] }
        return ids.compactMap { find($0, at: now) }
    }
}
