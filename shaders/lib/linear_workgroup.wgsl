// Number of a workgroup in a grid made by `linearWorkgroups` of src/contract/dispatch.ts.
fn linear_workgroup(workgroup: vec3<u32>, workgroups: vec3<u32>) -> u32 {
    return workgroup.y * workgroups.x + workgroup.x;
}
