package import CityBroker
import CityGateway
package import CityKernel

/// 練習の街: the tenant `sandbox`, filled with samples. Nothing in it follows rules, lights a lamp or
/// stands on a page of the city.
package struct PracticeCity: Sendable {
    private let tenants: TenantDirectory
    private let centre: GeoPoint
    private let clock: any CityClock

    package init(tenants: TenantDirectory, centre: GeoPoint, clock: any CityClock) {
        self.tenants = tenants
        self.centre = centre
        self.clock = clock
    }

    /// The hour in Japan at which it becomes again what it was.
    package static let resetHour = 3
    private static let source = "sandbox"

    /// Its broker; filled when it has just been made.
    @discardableResult
    package func broker() async throws -> Broker {
        if let known = try await tenants.find(Sandbox.tenant) { return known }
        let made = try await tenants.findOrMake(Sandbox.tenant)
        try await fill(made)
        return made
    }

    /// Deletes everything that was written and puts the samples back.
    package func reset() async throws {
        let broker = try await tenants.findOrMake(Sandbox.tenant)
        try await deleteEntities(broker)
        while case let page = try await broker.subscriptions(
            limit: Broker.subscriptionsMax, offset: 0
        ).page, !page.isEmpty {
            for stored in page { try await broker.unsubscribe(stored.subscription.id) }
        }
        for ready in try await broker.registrations() {
            try await broker.unregister(ready.registration.id)
        }
        try await fill(broker)
    }

    func resetIfMade() async throws {
        if try await tenants.find(Sandbox.tenant) != nil { try await reset() }
    }

    private func deleteEntities(_ broker: Broker) async throws {
        var query = EntityQuery()
        query.limit = EntityQuery.limitMax
        while true {
            let ids = try await broker.entities(query).entities.map(\.id)
            if ids.isEmpty { return }
            try await broker.write(source: Self.source) { work in
                for id in ids where try work.entity(id) != nil { try work.delete(id) }
            }
        }
    }

    private func fill(_ broker: Broker) async throws {
        let samples = SandboxSamples.entities(around: centre, at: clock.now)
        try await broker.write(source: Self.source) { work in
            for entity in samples where try work.entity(entity.id) == nil {
                try work.create(entity)
            }
        }
    }
}

/// What the practice city begins with: one of each kind that vendors usually bring.
enum SandboxSamples {
    static func entities(around centre: GeoPoint, at now: Timestamp) -> [Entity] {
        func place(_ north: Double, _ east: Double) -> Attribute {
            .place(
                .point(
                    GeoPoint(
                        latitude: centre.latitude + north, longitude: centre.longitude + east)))
        }
        func number(_ value: Double, _ unit: String? = nil) -> Attribute {
            var attribute = Attribute.property(.number(value))
            attribute.unitCode = unit
            attribute.observedAt = now
            return attribute
        }
        func entity(_ type: String, _ attributes: [(String, Attribute)]) -> Entity {
            Entity(
                id: EntityID(type: type, name: "sample:1"), types: [type],
                attributes: attributes.map { NamedAttribute($0.0, $0.1) })
        }
        func name(_ text: String) -> (String, Attribute) {
            ("name", .property(.string(text + "(見本)")))
        }
        return [
            entity(
                "WeatherObserved",
                [
                    name("広場の気象"), ("temperature", number(21.5, "CEL")),
                    ("relativeHumidity", number(55)), ("location", place(0, 0)),
                ]),
            entity(
                "WaterObserved",
                [name("小川の水位"), ("level", number(0.42, "MTR")), ("location", place(0.002, 0.001))]),
            entity(
                "Device",
                [name("水位センサー"), ("batteryLevel", number(87)), ("location", place(0.002, 0.001))]),
            entity(
                "Streetlight",
                [
                    name("一番街の街路灯"), ("powerState", .property("off")),
                    ("location", place(-0.001, 0.002)),
                ]),
            entity(
                "ParkingSpot",
                [
                    name("駅前 1番"), ("status", .property("free")), ("location", place(-0.002, 0)),
                ]),
            entity(
                "PointOfInterest",
                [name("温泉広場"), ("location", place(0.001, -0.002))]),
            entity(
                "Alert",
                [
                    ("category", .property("weather")), ("severity", .property("low")),
                    ("description", .property("これは見本です")),
                    ("location", place(0, 0)),
                ]),
            entity(
                "Vehicle",
                [
                    name("巡回バス"), ("vehicleType", .property("bus")),
                    ("speed", number(24, "KMH")), ("location", place(-0.001, -0.001)),
                ]),
        ]
    }
}
