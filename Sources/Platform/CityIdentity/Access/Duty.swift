/// 担当: what a member of staff does for the city. One person may have several.
package enum Duty: String, Sendable, Hashable, CaseIterable, Comparable {
    case headquarters, disaster, information, counter, accounting, school, operation, shelter
    case auditor

    package var title: String {
        switch self {
        case .headquarters: "本部"
        case .disaster: "防災"
        case .information: "情報"
        case .counter: "窓口"
        case .accounting: "会計"
        case .school: "学校"
        case .operation: "運行"
        case .shelter: "避難所"
        case .auditor: "監査"
        }
    }

    /// Everything that is not listed here is denied.
    package var permissions: Set<Permission> {
        switch self {
        case .headquarters:
            [
                .viewStaffPages, .proposeOrder, .approveOrder, .operateShelters, .commandLamps,
                .discloseInEmergency,
            ]
        case .disaster:
            [
                .viewStaffPages, .proposeOrder, .approveOrder, .operateShelters, .enterReadings,
                .commandLamps, .editThresholds, .runDrills, .discloseInEmergency,
            ]
        case .information:
            [
                .viewStaffPages, .publishTexts, .manageStaff, .manageKeys, .viewAudit,
                .readContext, .writeContext, .manageDevices, .importTables,
            ]
        case .shelter: [.viewStaffPages, .operateShelters]
        case .auditor: [.viewStaffPages, .viewAudit]
        case .counter: [.viewStaffPages, .serveResidents]
        case .accounting, .school, .operation: [.viewStaffPages]
        }
    }

    package static func < (left: Duty, right: Duty) -> Bool { left.rawValue < right.rawValue }
}

/// One thing that not everybody may do.
package enum Permission: String, Sendable, Hashable, CaseIterable {
    case viewStaffPages
    /// 避難情報の発令: one person proposes, another approves levels 4 and 5.
    case proposeOrder, approveOrder
    case operateShelters, enterReadings, commandLamps, editThresholds, runDrills
    case publishTexts
    case manageStaff, manageKeys, viewAudit
    /// 窓口: identifying residents, guardians, households, merchants.
    case serveResidents
    /// 災害時の開示: reading personal data without a consent, announced and for a limited time.
    case discloseInEmergency
    /// 装置: models, devices and commands to them. 取り込み: mappings, sources and files.
    case manageDevices, importTables
    /// The context APIs: reading what is not public, writing the facts of devices, writing anything.
    case readContext, observeContext, writeContext
}
