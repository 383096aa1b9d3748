using System.Globalization;
using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;
using Keelson.Server.CustomResources;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs;

/// <summary>What is asked of objects of every kind, and of the options of requests.</summary>
internal static class MetadataRules
{
    /// <summary>Refuses a new object that is wrong somewhere, with all that is wrong.</summary>
    public static void Check(RegisteredResource resource, ApiObject created, CancellationToken cancel)
    {
        var errors = new FieldErrors { Cancel = cancel };
        using (errors.In("metadata"))
        {
            ObjectMetaValidation.Validate(created.Metadata, resource.IsNamespaced, resource.Strategy.CheckName, errors);
            if (NamesItsFinalizers(resource)) ObjectMetaValidation.ValidateFinalizerNames(created.Metadata, errors);
        }

        resource.Strategy.Validate(created, errors);
        Refuse(resource, created.Metadata.Name, errors);
    }

    /// <summary>Refuses an object that can't replace another one, with all that is wrong.</summary>
    public static void CheckUpdate(RegisteredResource resource, string subresource, ApiObject updated, ApiObject current, CancellationToken cancel)
    {
        var errors = new FieldErrors { Cancel = cancel };
        var versioned = updated.Metadata with { ResourceVersion = current.Metadata.ResourceVersion };
        using (errors.In("metadata"))
        {
            ObjectMetaValidation.ValidateUpdate(versioned, current.Metadata, errors);
            if (NamesItsFinalizers(resource)) ObjectMetaValidation.ValidateFinalizerNames(versioned, errors);
        }

        // Some kinds insist on a version with their status, and every write here has one: that of the object it was computed from.
        if (subresource == "status") resource.Strategy.ValidateStatusUpdate(updated.With(versioned), current, errors);
        else if (subresource.Length > 0) resource.Strategy.ValidateSubresource(subresource, updated, current, errors);
        else resource.Strategy.ValidateUpdate(updated, current, errors);
        Refuse(resource, current.Metadata.Name, errors);
    }

    /// <summary>A value that is wrong, as the cause of a refusal.</summary>
    public static StatusCause Invalid(string field, object value, string detail)
    {
        var shown = value is string text ? $"\"{text}\"" : Convert.ToString(value, CultureInfo.InvariantCulture);
        return new StatusCause { Reason = CauseType.FieldValueInvalid, Field = field, Message = $"Invalid value: {shown}: {detail}" };
    }

    /// <summary>
    /// Upstream's own kinds know the finalizers without a domain. Custom resources do not, nor do the kinds that came from elsewhere.
    /// </summary>
    private static bool NamesItsFinalizers(RegisteredResource resource) => resource.Strategy is not CustomStrategy &&
        resource.Kind.Group is not ("admissionregistration.k8s.io" or "apiextensions.k8s.io" or "apiregistration.k8s.io" or "coordination.k8s.io");

    private static void Refuse(RegisteredResource resource, string name, FieldErrors errors)
    {
        if (!errors.IsEmpty) throw Http.Failures.Invalid(resource, name, errors);
    }
}
