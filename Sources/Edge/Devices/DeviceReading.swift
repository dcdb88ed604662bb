import CityKernel
import CityVocabulary

/// Turns the measures of one message into facts by the mapping of the device's model; pure.
struct DeviceReading {
    let known: DeviceBook.Known
    let rules: ReadingRules
    let now: Timestamp

    private(set) var facts: [Fact] = []
    private(set) var unmapped: [String] = []
    private(set) var quality = Quality.measured
    private(set) var battery: Double?
    private(set) var newest: Timestamp?
    private(set) var radio: Radio?
    private var invalid: String?

    /// - Parameter battery: what was told beside the measures.
    init(known: DeviceBook.Known, rules: ReadingRules, now: Timestamp, battery: Double? = nil) {
        self.known = known
        self.rules = rules
        self.now = now
        self.battery = battery
    }

    /// - Throws: `DeviceRefusal` when the moment cannot be believed.
    mutating func add(_ measures: Measures) throws(DeviceRefusal) {
        let observedAt = try time(of: measures)
        radio = measures.radio ?? radio
        // Without a value nothing was observed, whatever the network says of the device.
        guard !measures.values.isEmpty else { return }
        newest = max(newest ?? observedAt, observedAt)
        for measured in measures.values {
            let mappings = known.model.measures.filter { $0.measure == measured.name }
            if mappings.isEmpty { unmapped.append(measured.name) }
            for mapping in mappings { try add(measured, by: mapping, observedAt) }
        }
    }

    /// - Throws: `DeviceRefusal` when nothing was said that anybody wants to know.
    func check() throws(DeviceRefusal) {
        guard facts.isEmpty, battery == nil else { return }
        if let invalid { throw .valueInvalid(invalid) }
        if unmapped.isEmpty, radio != nil { return }
        throw unmapped.isEmpty ? .payloadUnreadable : .nothingMapped(unmapped)
    }

    private func time(of measures: Measures) throws(DeviceRefusal) -> Timestamp {
        guard let observedAt = measures.observedAt else {
            guard known.model.takesArrivalAsTime else { throw .timeEmpty }
            return now
        }
        do throws(ReadingRefusal) {
            try rules.checkTime(observedAt, now: now)
        } catch {
            throw .timeInFuture
        }
        return observedAt
    }

    private mutating func add(
        _ measured: Measured, by mapping: MeasureMapping, _ observedAt: Timestamp
    ) throws(DeviceRefusal) {
        guard let attribute = mapping.attribute(of: measured.value, observedAt: observedAt) else {
            invalid = invalid ?? measured.name
            quality = .suspect
            return
        }
        if mapping.attribute == MeasureMapping.batteryAttribute {
            battery = attribute.value.double.map { min(max($0, 0), 1) } ?? battery
            return
        }
        let said = attribute.sub("quality")?.value.string.flatMap(Quality.init(rawValue:))
        if let said, said != .measured, quality == .measured { quality = said }
        guard known.model.entityType == WaterLevelObserved.entityType else {
            facts.append(
                Fact(
                    known.device.entityID, type: known.model.entityType, mapping.attribute,
                    attribute))
            return
        }
        facts.append(try level(attribute, observedAt))
    }

    /// A gauge's level passes the same judgement by whichever way it comes.
    private func level(
        _ attribute: Attribute, _ observedAt: Timestamp
    ) throws(DeviceRefusal) -> Fact {
        do throws(ReadingRefusal) {
            guard rules.gauges.knows(known.device.entityID) else { throw .gaugeUnknown }
            var centimetres: Int?
            if let number = attribute.value.double {
                let unit = attribute.unitCode == "CMT" ? ReadingUnit.centimetres : .metres
                let level = try unit.centimetres(number)
                try rules.checkLevel(level)
                centimetres = level
            }
            return LevelReading(
                gaugeID: known.device.entityID, observedAt: observedAt,
                levelCentimetres: centimetres
            ).fact
        } catch {
            throw .reading(error)
        }
    }
}
