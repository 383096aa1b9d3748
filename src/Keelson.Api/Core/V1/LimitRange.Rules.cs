using System.Globalization;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record LimitRange : IHasDefaults, IHasRules
{
    // Above it a quantity has no thousandths in 64 bits.
    private const long MaximumMilli = long.MaxValue / 1000;

    public IResource WithDefaults()
    {
        var limits = Spec.Limits;
        for (var i = 0; i < limits.Count; i++) limits = limits.With(i, WithDefaults(limits[i]));
        return this with { Spec = Spec with { Limits = limits } };
    }

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Spec.Limits.Count; i++)
        {
            using var inner = errors.In("limits", i);
            var limit = Spec.Limits[i];
            ValidateType(limit.Type, errors);
            if (!types.Add(limit.Type)) errors.Duplicate("type", limit.Type);
            Validate(limit, errors);
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    private static LimitRangeItem WithDefaults(LimitRangeItem limit)
    {
        var max = StandardResources.Rounded(limit.Max);
        var min = StandardResources.Rounded(limit.Min);
        var limits = StandardResources.Rounded(limit.Default);
        var requests = StandardResources.Rounded(limit.DefaultRequest);
        if (limit.Type == LimitType.Container)
        {
            limits = max.WithAll(limits.IsNil ? ApiMap<Quantity>.Empty : limits);
            requests = min.WithAll(limits).WithAll(requests.IsNil ? ApiMap<Quantity>.Empty : requests);
        }

        return limit with
        {
            Max = max,
            Min = min,
            Default = limits,
            DefaultRequest = requests,
            MaxLimitRequestRatio = StandardResources.Rounded(limit.MaxLimitRequestRatio),
        };
    }

    private static void ValidateType(string type, FieldErrors errors)
    {
        var wrong = LabelName.CheckKey(type);
        errors.Invalid("type", type, wrong);
        if (!wrong.IsEmpty || type.Contains('/', StringComparison.Ordinal)) return;
        if (type is LimitType.Pod or LimitType.Container or LimitType.PersistentVolumeClaim) return;
        errors.Invalid("type", type, "must be a standard limit type or fully qualified");
    }

    private static void Validate(LimitRangeItem limit, FieldErrors errors)
    {
        ValidateNames("max", limit.Type, limit.Max, errors);
        ValidateNames("min", limit.Type, limit.Min, errors);
        var (limits, requests) = (limit.Default, limit.DefaultRequest);
        if (limit.Type == LimitType.Pod)
        {
            if (!limits.IsEmpty) errors.Forbidden("default", "may not be specified when `type` is 'Pod'");
            if (!requests.IsEmpty) errors.Forbidden("defaultRequest", "may not be specified when `type` is 'Pod'");
            limits = requests = default;
        }

        ValidateNames("default", limit.Type, limits, errors);
        ValidateNames("defaultRequest", limit.Type, requests, errors);
        if (limit.Type == LimitType.PersistentVolumeClaim && !limit.Min.ContainsKey(ResourceName.Storage) && !limit.Max.ContainsKey(ResourceName.Storage))
        {
            errors.Required("limits", "either minimum or maximum storage value is required, but neither was provided");
        }

        ValidateNames("maxLimitRequestRatio", limit.Type, limit.MaxLimitRequestRatio, errors);
        foreach (var name in limit.Max.WithAll(limit.Min).WithAll(limits).WithAll(requests).WithAll(limit.MaxLimitRequestRatio).Keys)
        {
            var min = Find(limit.Min, name);
            var max = Find(limit.Max, name);
            ValidateBounds(name, min, max, Find(limits, name), Find(requests, name), errors);
            if (Find(limit.MaxLimitRequestRatio, name) is { } ratio) ValidateRatio(name, ratio, min, max, errors);
            ValidateEqual(name, Find(limits, name), Find(requests, name), errors);
        }
    }

    private static Quantity? Find(ApiMap<Quantity> quantities, string name) => quantities.TryGetValue(name, out var value) ? value : null;

    private static void ValidateNames(string field, string type, ApiMap<Quantity> quantities, FieldErrors errors)
    {
        foreach (var name in quantities.Keys)
        {
            using var scope = errors.In(field, name);
            if (type is LimitType.Pod or LimitType.Container) errors.ExpectContainerResourceName(null, name);
            else errors.ExpectResourceName(null, name);
        }
    }

    private static void ValidateBounds(string name, Quantity? min, Quantity? max, Quantity? limit, Quantity? request, FieldErrors errors)
    {
        if (min > max) Report("min", min, $"min value {min} is greater than max value {max}");
        if (min > request) Report("defaultRequest", request, $"min value {min} is greater than default request value {request}");
        if (request > max) Report("defaultRequest", request, $"default request value {request} is greater than max value {max}");
        if (request > limit) Report("defaultRequest", request, $"default request value {request} is greater than default limit value {limit}");
        if (min > limit) Report("default", min, $"min value {min} is greater than default value {limit}");
        if (limit > max) Report("default", max, $"default value {limit} is greater than max value {max}");

        void Report(string field, Quantity? shown, string detail)
        {
            using (errors.In(field, name)) errors.Invalid(null, shown.ToString()!, detail);
        }
    }

    private static void ValidateRatio(string name, Quantity ratio, Quantity? min, Quantity? max, FieldErrors errors)
    {
        using var scope = errors.In("maxLimitRequestRatio", name);
        if (ratio.CompareTo(1) < 0) errors.Invalid(null, ratio.ToString(), $"ratio {ratio} is less than 1");
        if (min is not { } least || max is not { } most) return;
        var isFine = ratio.Value() < MaximumMilli && least.Value() < MaximumMilli && most.Value() < MaximumMilli;
        var allowed = isFine ? most.MilliValue() / (double)least.MilliValue() : most.Value() / (double)least.Value();
        var value = isFine ? ratio.MilliValue() / 1000d : ratio.Value();
        if (!(value > allowed)) return;
        errors.Invalid(null, ratio.ToString(), string.Create(CultureInfo.InvariantCulture, $"ratio {ratio} is greater than max/min = {allowed:F6}"));
    }

    private static void ValidateEqual(string name, Quantity? limit, Quantity? request, FieldErrors errors)
    {
        if (StandardResources.CanOvercommit(name) || limit is null || request is null || limit == request) return;
        using (errors.In("defaultRequest", name))
        {
            errors.Invalid(null, request.ToString()!, $"default value {limit} must equal to defaultRequest value {request} in {name}");
        }
    }
}
