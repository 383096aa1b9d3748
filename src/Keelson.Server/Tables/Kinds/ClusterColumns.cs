using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Api.Scheduling.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How nodes, namespaces, configuration and events are shown.</summary>
internal static class ClusterColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";
    private const string RoleLabel = "kubernetes.io/role";

    public static ColumnSet<Node> Nodes { get; } = new(
        [
            Column.Name, Column.Text("Status"), Column.Text("Roles"), Column.Age, Column.Text("Version"), Column.Text("Internal-IP").Wide(), Column.Text("External-IP").Wide(),
            Column.Text("OS-Image").Wide(), Column.Text("Kernel-Version").Wide(), Column.Text("Container-Runtime").Wide(),
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Status(value), Roles(value), Age.Of(value.Metadata.CreationTimestamp, now), value.Status.NodeInfo.KubeletVersion,
            Address(value, "InternalIP"), Address(value, "ExternalIP"), OrUnknown(value.Status.NodeInfo.OsImage), OrUnknown(value.Status.NodeInfo.KernelVersion),
            OrUnknown(value.Status.NodeInfo.ContainerRuntimeVersion)));

    public static ColumnSet<Namespace> Namespaces { get; } = new(
        [Column.Name, Column.Text("Status"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Status.Phase, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ConfigMap> ConfigMaps { get; } = new(
        [Column.Name, Column.Count("Data"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Data.Count + value.BinaryData.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<Secret> Secrets { get; } = new(
        [Column.Name, Column.Text("Type"), Column.Count("Data"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Type, value.Data.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ServiceAccount> ServiceAccounts { get; } = new(
        [Column.Name, Column.Count("Secrets"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Secrets.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<Event> Events { get; } = new(
        [
            Column.Text("Last Seen"), Column.Text("Type"), Column.Text("Reason"), Column.Text("Object"), Column.Text("Subobject").Wide(), Column.Text("Source").Wide(),
            Column.Text("Message"), Column.Text("First Seen").Wide(), Column.Count("Count").Wide(), Column.Name.Wide(),
        ],
        EventCells);

    public static ColumnSet<CustomResourceDefinition> Definitions { get; } = new(
        [Column.Name, Column.Date("Created At")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Metadata.CreationTimestamp.ToString()));

    public static ColumnSet<Role> NamespacedRoles { get; } = new(
        [Column.Name, Column.Date("Created At")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Metadata.CreationTimestamp.ToString()));

    public static ColumnSet<ClusterRole> ClusterRoles { get; } = new(
        [Column.Name, Column.Date("Created At")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.Metadata.CreationTimestamp.ToString()));

    public static ColumnSet<RoleBinding> RoleBindings { get; } = new(
        [Column.Name, Column.Text("Role"), Column.Age, .. SubjectColumns],
        (value, now) => TableCells.Of(
            value.Metadata.Name, $"{value.RoleRef.Kind}/{value.RoleRef.Name}", Age.Of(value.Metadata.CreationTimestamp, now), Subjects(value.Subjects, "User"), Subjects(value.Subjects, "Group"),
            Subjects(value.Subjects, "ServiceAccount")));

    public static ColumnSet<ClusterRoleBinding> ClusterRoleBindings { get; } = new(
        [Column.Name, Column.Text("Role"), Column.Age, .. SubjectColumns],
        (value, now) => TableCells.Of(
            value.Metadata.Name, $"{value.RoleRef.Kind}/{value.RoleRef.Name}", Age.Of(value.Metadata.CreationTimestamp, now), Subjects(value.Subjects, "User"), Subjects(value.Subjects, "Group"),
            Subjects(value.Subjects, "ServiceAccount")));

    public static ColumnSet<PriorityClass> PriorityClasses { get; } = new(
        [Column.Name, Column.Number("Value"), Column.Flag("Global-Default"), Column.Age, Column.Text("PreemptionPolicy")],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Value, value.GlobalDefault, Age.Of(value.Metadata.CreationTimestamp, now), value.PreemptionPolicy ?? ""));

    private static Api.Meta.V1.TableColumnDefinition[] SubjectColumns => [Column.Text("Users").Wide(), Column.Text("Groups").Wide(), Column.Text("ServiceAccounts").Wide()];

    private static string Subjects(ApiList<Subject> subjects, string kind) => string.Join(", ", subjects
        .Where(subject => subject.Kind == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.Namespace}/{subject.Name}" : subject.Name));

    private static string Status(Node node)
    {
        var ready = node.Status.Conditions.FindIndex(condition => condition.Type == "Ready");
        var status = ready < 0 ? "Unknown" : node.Status.Conditions[ready].Status == "True" ? "Ready" : "NotReady";
        return node.Spec.Unschedulable ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(Node node)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (label, value) in node.Metadata.Labels)
        {
            if (label.StartsWith(RolePrefix, StringComparison.Ordinal) && label.Length > RolePrefix.Length) roles.Add(label[RolePrefix.Length..]);
            else if (label == RoleLabel && value.Length > 0) roles.Add(value);
        }

        return Text.Join(roles);
    }

    private static string Address(Node node, string type)
    {
        var index = node.Status.Addresses.FindIndex(address => address.Type == type);
        return index < 0 ? Text.None : node.Status.Addresses[index].Address;
    }

    private static string OrUnknown(string text) => text.Length == 0 ? "<unknown>" : text;

    private static TableCells EventCells(Event value, DateTimeOffset now)
    {
        var happened = value.EventTime.IsZero ? (DateTimeOffset?)null : value.EventTime.ToDateTimeOffset();
        var first = value.FirstTimestamp.IsZero ? happened : value.FirstTimestamp.ToDateTimeOffset();
        var last = value.Series is { } series ? series.LastObservedTime.IsZero ? null : series.LastObservedTime.ToDateTimeOffset()
            : value.LastTimestamp.IsZero ? first : value.LastTimestamp.ToDateTimeOffset();
        var about = value.InvolvedObject;
        var source = value.Source.Component.Length > 0 ? value.Source.Component : value.ReportingComponent;
        var instance = value.Source.Host.Length > 0 ? value.Source.Host : value.ReportingInstance;
        if (instance.Length > 0) source += ", " + instance;
        return TableCells.Of(
            Since(last, now), value.Type, value.Reason, about.Name.Length == 0 ? about.Kind.ToLowerInvariant() : $"{about.Kind.ToLowerInvariant()}/{about.Name}",
            about.FieldPath, source, value.Message.Trim(), Since(first, now), value.Series?.Count ?? (value.Count == 0 ? 1 : value.Count), value.Metadata.Name);
    }

    private static string Since(DateTimeOffset? time, DateTimeOffset now) => time is { } at ? Age.Of(now - at) : Age.Unknown;
}
