/** @file Before each file of tests that need WebGPU: this process names a Vulkan driver. */
import { chooseVulkanDriver } from '../src/cli/vulkan-driver';

chooseVulkanDriver();
