using Keelson.Api.Core.V1;
using Keelson.Api.Validation;
using Keelson.Server.Objects;

namespace Keelson.Server.Registry.Strategies;

/// <summary>A namespace stays, terminating, until what it holds is gone: its own finalizer in spec sees to that.</summary>
internal sealed class NamespaceStrategy : ResourceStrategy
{
    public const string Finalizer = "kubernetes";
    public const string NameLabel = "kubernetes.io/metadata.name";

    public NamespaceStrategy()
    {
        CheckName = NameChecks.Label;
        SelectableFields = [SelectableField.Of<Namespace>("status.phase", space => space.Status.Phase), SelectableField.Of<Namespace>("name", space => space.Metadata.Name)];
    }

    public override ApiObject Default(ApiObject value)
    {
        var name = value.Metadata.Name;
        if (name.Length == 0 || value.Metadata.Labels.GetValueOrDefault(NameLabel) == name) return value;
        return value.With(value.Metadata with { Labels = value.Metadata.Labels.With(NameLabel, name) });
    }

    public override ApiObject Complete(ApiObject admitted) => Default(admitted);

    public override ApiObject PrepareForCreate(ApiObject created)
    {
        var space = (Namespace)created.Typed!;
        var finalizers = space.Spec.Finalizers.Contains(Finalizer) ? space.Spec.Finalizers : space.Spec.Finalizers.Add(Finalizer);
        return new TypedObject(space with
        {
            Spec = space.Spec with { Finalizers = finalizers },
            Status = new NamespaceStatus { Phase = NamespacePhase.Active },
        });
    }

    // Only the finalize subresource changes the spec, which holds nothing but finalizers.
    public override ApiObject PrepareForUpdate(ApiObject updated, ApiObject current) =>
        new TypedObject((Namespace)updated.Typed! with { Spec = ((Namespace)current.Typed!).Spec });

    public override void ValidateSubresource(string subresource, ApiObject updated, ApiObject current, FieldErrors errors)
    {
        if (subresource == "finalize") ((Namespace)updated.Typed!).ValidateFinalize(errors);
        else base.ValidateSubresource(subresource, updated, current, errors);
    }

    public override ApiObject PrepareForDeletion(ApiObject marked)
    {
        var space = (Namespace)marked.Typed!;
        return new TypedObject(space with { Status = space.Status with { Phase = NamespacePhase.Terminating } });
    }

    public override bool MayGo(ApiObject value) => ((Namespace)value.Typed!).Spec.Finalizers.IsEmpty;
}
