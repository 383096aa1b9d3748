namespace Keelson.Api.ApiExtensions.V1;

public sealed partial record CustomResourceDefinition : IHasDefaults
{
    private const int SecurePort = 443;

    public IResource WithDefaults()
    {
        var names = Spec.Names with
        {
            Singular = Spec.Names.Singular.Length == 0 ? Spec.Names.Kind.ToLowerInvariant() : Spec.Names.Singular,
            ListKind = Spec.Names.ListKind.Length == 0 && Spec.Names.Kind.Length > 0 ? $"{Spec.Names.Kind}List" : Spec.Names.ListKind,
        };
        var conversion = Spec.Conversion ?? new CustomResourceConversion { Strategy = ConversionStrategyType.None };
        if (conversion.Webhook?.ClientConfig is { Service: { Port: null } service } client)
        {
            conversion = conversion with { Webhook = conversion.Webhook with { ClientConfig = client with { Service = service with { Port = SecurePort } } } };
        }

        var stored = Status.StoredVersions;
        if (stored.IsEmpty) stored = Spec.Versions.Where(version => version.Storage).Take(1).Select(version => version.Name).ToApiList();
        return this with { Spec = Spec with { Names = names, Conversion = conversion }, Status = Status with { StoredVersions = stored } };
    }
}
