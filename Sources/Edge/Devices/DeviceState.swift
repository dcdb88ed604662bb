package import CityKernel

/// How a device fares: what staff must see before they trust its values.
package struct DeviceState: Sendable, Hashable {
    package static let unmappedMax = 20

    /// When the city last took a message of it.
    package var lastSeenAt: Timestamp?
    /// The newest time that a message told.
    package var lastObservedAt: Timestamp?
    package var messages: Int64 = 0
    package var refused: Int64 = 0
    package var lastRefusal: DeviceRefusal.Told?
    package var lastRefusalAt: Timestamp?
    /// The worst quality in the last message.
    package var quality: Quality = .measured
    /// 0…1.
    package var battery: Double?
    package var rssi: Double?
    package var snr: Double?
    package var counter = UplinkCounter()
    /// Names that it told and that no mapping takes.
    package var unmapped: [String] = []

    package init() {}

    /// Share of uplinks that never came, 0…1; `nil` without a counter.
    package var lossShare: Double? {
        guard counter.last != nil else { return nil }
        let all = counter.received + counter.missing
        return all > 0 ? Double(counter.missing) / Double(all) : nil
    }
}

/// Counts uplinks that a network lost by the frame counter that each carries.
///
/// A pure state machine: gaps are missing; one that arrives late is missing no more; a repeated one is
/// nothing; a counter that falls far back means that the device has joined anew.
package struct UplinkCounter: Sendable, Hashable {
    /// How far back a late uplink may lie; further back is a new session.
    package static let lateMax: Int64 = 16
    /// A jump beyond this is a new session too: a device cannot have sent so much unheard.
    package static let gapMax: Int64 = 10_000

    package var last: Int64?
    package var received: Int64 = 0
    package var missing: Int64 = 0

    package enum Outcome: Sendable, Hashable {
        case next
        case gap(Int64)
        case late, repeated, restarted
    }

    package init() {}

    @discardableResult
    package mutating func note(_ counter: Int64) -> Outcome {
        guard let last else {
            self.last = counter
            received = 1
            return .next
        }
        let step = counter - last
        switch step {
        case 0: return .repeated
        case 1...Self.gapMax:
            self.last = counter
            received += 1
            missing += step - 1
            return step == 1 ? .next : .gap(step - 1)
        case -Self.lateMax..<0 where missing > 0:
            received += 1
            missing -= 1
            return .late
        default:
            self.last = counter
            received += 1
            return .restarted
        }
    }
}

// MARK: - Changes

extension DeviceState {
    /// A message was taken.
    mutating func note(
        seenAt: Timestamp, observedAt: Timestamp?, quality: Quality, battery: Double?,
        radio: Radio?, unmapped names: [String]
    ) {
        lastSeenAt = max(lastSeenAt ?? seenAt, seenAt)
        if let observedAt { lastObservedAt = max(lastObservedAt ?? observedAt, observedAt) }
        messages += 1
        self.quality = quality
        if let battery { self.battery = battery }
        if let rssi = radio?.rssi { self.rssi = rssi }
        if let snr = radio?.snr { self.snr = snr }
        if let frame = radio?.frameCounter { counter.note(frame) }
        for name in names where !unmapped.contains(name) && unmapped.count < Self.unmappedMax {
            unmapped.append(String(name.prefix(64)))
        }
    }

    /// A message was not believed: the device speaks, but nothing new is known of its thing.
    mutating func note(refusal: DeviceRefusal, at now: Timestamp) {
        lastSeenAt = max(lastSeenAt ?? now, now)
        refused += 1
        lastRefusal = DeviceRefusal.Told(refusal)
        lastRefusalAt = now
        guard case .nothingMapped(let names) = refusal else { return }
        for name in names where !unmapped.contains(name) && unmapped.count < Self.unmappedMax {
            unmapped.append(String(name.prefix(64)))
        }
    }
}

// MARK: - Judgement

/// What staff are told of a device, worst first.
package enum DeviceStanding: String, Sendable, Hashable, CaseIterable, Comparable {
    /// It said nothing for longer than its model may be silent, or never spoke: danger, not calm.
    case silent
    /// It speaks, but what it says is not believed.
    case refused
    /// Values out of their plausible range, a low battery, or many lost uplinks.
    case doubtful
    case well
    /// Not in use.
    case retired

    package static let batteryLow = 0.2
    package static let lossHigh = 0.1
    private static let order: [DeviceStanding] = [.silent, .refused, .doubtful, .well, .retired]

    package static func < (left: DeviceStanding, right: DeviceStanding) -> Bool {
        order.firstIndex(of: left) ?? 0 < order.firstIndex(of: right) ?? 0
    }
}

/// Why a device is doubtful.
package enum DeviceDoubt: String, Sendable, Hashable, CaseIterable {
    case value, battery, loss
}

extension DeviceState {
    package var doubts: [DeviceDoubt] {
        DeviceDoubt.allCases.filter { doubt in
            switch doubt {
            case .value: quality != .measured
            case .battery: battery ?? 1 < DeviceStanding.batteryLow
            case .loss: lossShare ?? 0 > DeviceStanding.lossHigh
            }
        }
    }

    /// Freshness is the observation's own time where the device tells one: a device that repeats an old
    /// reading again and again is silent about the world.
    package func standing(
        isActive: Bool, silentAfter: Duration, at now: Timestamp
    ) -> DeviceStanding {
        guard isActive else { return .retired }
        guard let newest = lastObservedAt ?? lastSeenAt, now.since(newest) <= silentAfter else {
            return .silent
        }
        if let lastRefusalAt, lastRefusalAt == lastSeenAt,
            lastObservedAt.map({ $0 < lastRefusalAt }) ?? true
        {
            return .refused
        }
        return doubts.isEmpty ? .well : .doubtful
    }
}
