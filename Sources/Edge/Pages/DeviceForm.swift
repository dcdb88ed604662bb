import CityKernel
import CityWeb

/// What is typed about one device, with how to mend it.
struct DeviceForm: Sendable {
    private(set) var typed: [String: String] = [:]
    private(set) var errors: [String: String] = [:]
    private(set) var device: Device?

    static let fields = ["id", "model", "name", "entity", "key"]

    init(showing device: Device) {
        typed = [
            "id": device.id, "model": device.modelID, "name": device.name,
            "entity": device.entityID.text, "key": device.key ?? "",
        ]
    }

    /// An empty form, with a key that nobody else has.
    init(newKey: String) { typed["key"] = newKey }

    /// - Parameters:
    ///   - present: the device as it is; its id and its use do not change here.
    ///   - cityID: for the entity of a new device that names none.
    init(
        reading form: FormData, present: Device?, cityID: String,
        type: (String) -> String?
    ) {
        for field in Self.fields { typed[field] = form[field] }
        if let present { typed["id"] = present.id }
        let id = typed["id", default: ""].lowercased()
        let modelID = typed["model", default: ""]
        if typed["entity", default: ""].isEmpty, let type = type(modelID), PlainName.isPlain(id) {
            typed["entity"] = "urn:ngsi-ld:\(type):\(cityID):\(id)"
        }
        guard let entityID = EntityID(typed["entity", default: ""]) else {
            errors["entity"] = "urn:ngsi-ld:種類:名前 の形にしてください。"
            return
        }
        let key = typed["key", default: ""]
        do throws(Problem) {
            device = try Device(
                id: present?.id ?? id, modelID: modelID, name: typed["name", default: ""],
                key: key.isEmpty ? nil : key, entityID: entityID,
                isActive: present?.isActive ?? true)
        } catch {
            let place = error.places.first?.place ?? "name"
            errors[place] = error.remedy ?? error.detail
        }
    }

    /// A refusal of the register, at the field that it names.
    mutating func add(_ problem: Problem) {
        let place = problem.places.first?.place ?? "name"
        errors[Self.fields.contains(place) ? place : "entity"] =
            "\(problem.places.first?.message ?? problem.detail)。\(problem.remedy ?? "")"
        device = nil
    }

    func view(
        models: [DeviceModel], isNew: Bool, _ language: Language, _ texts: Texts
    ) -> [FormField] {
        func text(_ key: String) -> String { texts[key][language] }
        let id = FormField(
            "id", label: text("deviceID"), value: typed["id"] ?? "", hint: text("deviceIDHint"),
            error: errors["id"], charactersMax: PlainName.charactersMax)
        return (isNew ? [id] : []) + [
            FormField(
                "name", label: text("deviceName"), value: typed["name"] ?? "",
                error: errors["name"], charactersMax: DeviceModel.nameCharactersMax),
            FormField(
                "model", label: text("deviceModel"),
                kind: .select(models.map { .init($0.id, $0.name) }), value: typed["model"] ?? "",
                error: errors["model"]),
            FormField(
                "key", label: text("deviceKey"), value: typed["key"] ?? "",
                hint: text("deviceKeyHint"), error: errors["key"], isRequired: false,
                autocomplete: "off", charactersMax: 128),
            FormField(
                "entity", label: text("deviceEntity"), value: typed["entity"] ?? "",
                hint: text("deviceEntityHint"), error: errors["entity"], isRequired: false,
                charactersMax: 200),
        ]
    }
}
